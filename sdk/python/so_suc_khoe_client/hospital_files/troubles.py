"""What stops the command though nothing is wrong with the files: each error in words of its own, and what to do."""

import errno
import os
import sqlite3

LOCKED = (
    "một lệnh ssk-hospital-files khác đang dùng sổ ghi này: chờ lệnh ấy xong hay dừng nó, rồi chạy lại đúng lệnh này "
    "(another command uses the ledger: wait for it or end it, then run the same command again)"
)
DAMAGED = (
    "sổ ghi bị hỏng, hãy đổi tên rồi chạy lại đúng lệnh ấy; đợt đã nhận được trả lời unchanged "
    "(the ledger is damaged: rename it, run the same command again; what was taken is unchanged)"
)
FULL = "ổ đĩa đã đầy: dọn chỗ rồi chạy lại đúng lệnh này (the disk is full: make room, run the same command again)"
DENIED = "không có quyền ghi, hãy xem quyền của thư mục (may not be written: see the folder's rights)"
GONE = "không còn ở đó, hãy xem ổ đĩa hay ổ mạng (is no longer there: see the disk or the network drive)"
NO_FOLDER = "là tệp, không phải thư mục: hãy đổi --state (is a file and no folder: give another --state)"
NOT_OPENED = "không mở được sổ ghi, hãy xem thư mục (the ledger cannot be opened: see the folder)"
FAILING = "ổ đĩa hỏng hay đứt mạng khi đọc, ghi (the disk fails, or the network drive broke off)"
NOT_WRITTEN = "không ghi được, hãy xem ổ đĩa và quyền (cannot be written, see disk and permissions)"
SENTENCES = (LOCKED, DAMAGED, FULL, DENIED, GONE, NO_FOLDER, NOT_OPENED, FAILING, NOT_WRITTEN)
OF_THE_LEDGER = (LOCKED, DAMAGED, NOT_OPENED)

# https://www.sqlite.org/rescode.html: the low byte of an extended code is its primary one.
BY_SQLITE = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: DENIED,
    sqlite3.SQLITE_PERM: DENIED,
    sqlite3.SQLITE_CANTOPEN: NOT_OPENED,
    sqlite3.SQLITE_IOERR: FAILING,
}
BY_SYSTEM = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: DENIED,
    errno.EPERM: DENIED,
    errno.EROFS: DENIED,
    errno.ENOENT: GONE,
    errno.ESTALE: GONE,
    errno.EEXIST: NO_FOLDER,
    errno.ENOTDIR: NO_FOLDER,
    errno.EIO: FAILING,
}

CLOSED = (
    "Nơi nhận đầu ra đã bị đóng: chạy lại đúng lệnh này để gửi phần còn lại "
    "(the output was closed: the same command sends what is left)"
)
STOPPED = (
    "Dừng giữa chừng: chạy lại đúng lệnh này để gửi tiếp (stopped in the middle: the same command goes on from here)."
)


def sentence_of(error: OSError | sqlite3.Error) -> str:
    """What to do about an error of the ledger or of its folder."""
    if isinstance(error, OSError):
        return BY_SYSTEM.get(error.errno or 0, NOT_WRITTEN)
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return NOT_WRITTEN if code is None else BY_SQLITE.get(code & 0xFF, NOT_WRITTEN)


def is_closed_output(error: OSError) -> bool:
    """Whether nobody reads any more what the command says; Windows calls that an argument that is not valid."""
    is_windows_own = os.name == "nt" and error.errno == errno.EINVAL and error.filename is None
    return is_windows_own or isinstance(error, BrokenPipeError)
