package sosuckhoe;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as Map, List, String, BigDecimal (68.50 stays 68.50), Boolean and null, because the JDK has none. */
public final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** Reads one value; throws IllegalArgumentException where the text is not JSON. */
    public static Object read(String text) {
        Json reader = new Json(text);
        try {
            Object value = reader.value();
            reader.space();
            if (reader.at < text.length()) throw reader.wrong();
            return value;
        } catch (IndexOutOfBoundsException end) {
            throw reader.wrong();
        }
    }

    /** Follows names and places: {@code Json.in(bundle, "entry", 0, "resource", "id")}; null where there is nothing. */
    public static Object in(Object value, Object... steps) {
        for (Object step : steps) {
            if (value instanceof Map<?, ?> map) value = map.get(step);
            else if (value instanceof List<?> list && step instanceof Integer i && i < list.size()) value = list.get(i);
            else return null;
        }
        return value;
    }

    /** The same for a text, null where there is none. */
    public static String text(Object value, Object... steps) {
        return in(value, steps) instanceof String found ? found : null;
    }

    /** The same for a list, empty where there is none. */
    public static List<?> list(Object value, Object... steps) {
        return in(value, steps) instanceof List<?> found ? found : List.of();
    }

    /** Writes Map, List, String, Number, Boolean and null. */
    public static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            String separator = "{";
            for (Map.Entry<?, ?> member : map.entrySet()) {
                out.append(separator);
                quote(member.getKey().toString(), out);
                out.append(':');
                write(member.getValue(), out);
                separator = ",";
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> list) {
            String separator = "[";
            for (Object item : list) {
                out.append(separator);
                write(item, out);
                separator = ",";
            }
            out.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof String string) {
            quote(string, out);
        } else {
            out.append(value);
        }
    }

    private static void quote(String string, StringBuilder out) {
        out.append('"');
        for (char character : string.toCharArray()) {
            if (character == '"' || character == '\\') out.append('\\').append(character);
            else if (character < ' ') out.append(String.format("\\u%04x", (int) character));
            else out.append(character);
        }
        out.append('"');
    }

    private Object value() {
        space();
        return switch (text.charAt(at)) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        for (boolean first = true; !ended('}', first); first = false) {
            space();
            if (text.charAt(at) != '"') throw wrong();
            String name = string();
            space();
            if (text.charAt(at++) != ':') throw wrong();
            map.put(name, value());
        }
        return map;
    }

    private List<Object> array() {
        List<Object> list = new ArrayList<>();
        at++;
        for (boolean first = true; !ended(']', first); first = false) list.add(value());
        return list;
    }

    private boolean ended(char end, boolean first) {
        space();
        if (text.charAt(at) == end) {
            at++;
            return true;
        }
        if (!first && text.charAt(at++) != ',') throw wrong();
        return false;
    }

    private String string() {
        StringBuilder out = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) out.append(text.charAt(at) == '\\' ? escaped() : text.charAt(at));
        at++;
        return out.toString();
    }

    private char escaped() {
        char letter = text.charAt(++at);
        if (letter == 'u') {
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
        }
        int place = "\"\\/bfnrt".indexOf(letter);
        if (place < 0) throw wrong();
        return "\"\\/\b\f\n\r\t".charAt(place);
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) throw wrong();
        at += word.length();
        return value;
    }

    private BigDecimal number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
        try {
            return new BigDecimal(text.substring(start, at));
        } catch (NumberFormatException none) {
            throw wrong();
        }
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("not JSON at character " + at);
    }
}
