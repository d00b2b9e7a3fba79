"""Pictures of an invented citizen card as a phone's camera sees it: sharp, blurred, tilted, dim."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import qrcode
from PIL import Image, ImageFilter

CARD = (
    "079158001234|023456789|Nguyễn Thị Thử Nghiệm|27051958|Nữ|"
    "12/3 Đường số 5, Khu phố 4, Phường 27, Bình Thạnh, TP. Hồ Chí Minh|10052021"
)
SIZE = (1280, 720)
CODE_SIDE = 360
PAPER, TABLE = 215, 150  # brightness


@dataclass(frozen=True)
class Light:
    """How a picture is worse than a sharp one: blur in pixels, degrees, how far it leans back, brightness, grain."""

    blur: float = 0
    turned: float = 0
    leaning: float = 0
    brightness: float = 1
    grain: float = 0


LIGHTS = {
    "sharp": Light(),
    "blurred": Light(blur=1.8, grain=3),
    "tilted": Light(blur=0.5, turned=24, leaning=0.45, grain=3),
    "dim": Light(blur=0.7, turned=3, brightness=0.2, grain=3),
}


def take_picture(text: str, light: Light) -> Image.Image:
    """A grey picture of `SIZE` with the code of `text` in its middle."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(text.encode())
    return take_picture_of(code.get_matrix(), light)


def take_picture_of(squares: list[list[bool]], light: Light) -> Image.Image:
    """The same of the squares of a code, True for dark."""
    flat = Image.fromarray(np.where(squares, 0, 255).astype("uint8"))
    large = flat.resize((8 * flat.width, 8 * flat.height), Image.Resampling.NEAREST)
    drawn = large.resize((CODE_SIDE, CODE_SIDE), Image.Resampling.LANCZOS)
    card = Image.new("L", (int(CODE_SIDE * 1.5), int(CODE_SIDE * 1.3)), PAPER)
    card.paste(drawn, ((card.width - CODE_SIDE) // 2, (card.height - CODE_SIDE) // 2))
    seen = card.transform(
        SIZE, Image.Transform.PERSPECTIVE, _view(card, light), Image.Resampling.BICUBIC, fillcolor=TABLE
    )
    pixels = np.asarray(seen.filter(ImageFilter.GaussianBlur(light.blur)), float) * light.brightness
    pixels += np.random.default_rng(1).normal(0, light.grain, pixels.shape)
    return Image.fromarray(pixels.clip(0, 255).astype("uint8"))


def _view(card: Image.Image, light: Light) -> list[float]:
    """The eight numbers that lead from a place of the picture to one of the card."""
    across, down = card.width / 2, card.height / 2
    corners = np.array([[-across, -down], [across, -down], [across, down], [-across, down]])
    angle = np.deg2rad(light.turned)
    turned = corners @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    seen = turned / (1 + turned[:, 1:] / SIZE[1] * light.leaning) + np.array(SIZE) / 2
    rows, wanted = [], []
    for (x, y), (u, v) in zip(seen, corners + [across, down], strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return [float(number) for number in np.linalg.solve(np.array(rows), np.array(wanted))]


def write_video(picture: Image.Image, file: Path) -> Path:
    """A film of this one picture, as Chromium's made-up camera plays it (YUV4MPEG2)."""
    width, height = picture.size
    colours = bytes([128]) * (width * height // 2)
    head = f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode()
    file.write_bytes(head + 2 * (b"FRAME\n" + picture.tobytes() + colours))
    return file
