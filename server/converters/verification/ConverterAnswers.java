import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.apache.kafka.connect.storage.StringConverter;

/** Reads cases (argument 1), asks Kafka's own converters, writes the answers (argument 2). */
public class ConverterAnswers {
    static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    static final ObjectMapper MAPPER = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        ArrayNode answers = NODES.arrayNode();
        for (JsonNode each : MAPPER.readTree(new File(args[0]))) answers.add(answer(each));
        MAPPER.writeValue(new File(args[1]), answers);
    }

    static JsonNode answer(JsonNode each) {
        ObjectNode result = NODES.objectNode();
        try {
            Map<String, String> config = new HashMap<>();
            each.get("config").properties().forEach(e -> config.put(e.getKey(), e.getValue().asText()));
            if (each.get("converter").asText().equals("simple")) {
                SimpleHeaderConverter converter = new SimpleHeaderConverter();
                converter.configure(config);
                if (each.has("text")) read(result, converter.toConnectHeader("t", "h", bytes(each)));
                else {
                    Schema schema = schema(each.get("schema"));
                    written(result, converter.fromConnectHeader("t", "h", schema, value(each.get("value"))));
                }
            } else {
                Converter converter = each.get("converter").asText().equals("json") ? new JsonConverter() : new StringConverter();
                converter.configure(config, false);
                if (each.has("text")) read(result, converter.toConnectData("t", bytes(each)));
                else {
                    Schema schema = schema(each.get("schema"));
                    written(result, converter.fromConnectData("t", schema, value(each.get("value"))));
                }
            }
        } catch (DataException e) {
            result.put("error", String.valueOf(e.getMessage()));
        } catch (Throwable e) {
            result.put("failure", e.toString());
        }
        return result;
    }

    static byte[] bytes(JsonNode each) {
        return each.get("text").asText().getBytes(StandardCharsets.UTF_8);
    }

    static void written(ObjectNode result, byte[] bytes) {
        if (bytes == null) result.putNull("text");
        else result.put("text", new String(bytes, StandardCharsets.UTF_8));
    }

    static void read(ObjectNode result, SchemaAndValue answer) {
        result.set("schema", answer == null || answer.schema() == null ? NODES.nullNode() : note(answer.schema()));
        result.set("value", answer == null ? NODES.nullNode() : note(answer.value()));
    }

    static Schema schema(JsonNode note) {
        if (note == null || note.isNull()) return null;
        Schema.Type type = Schema.Type.valueOf(note.get("type").asText());
        SchemaBuilder builder;
        if (type == Schema.Type.ARRAY) builder = SchemaBuilder.array(schema(note.get("values")));
        else if (type == Schema.Type.MAP) builder = SchemaBuilder.map(schema(note.get("keys")), schema(note.get("values")));
        else builder = new SchemaBuilder(type);
        if (type == Schema.Type.STRUCT) for (JsonNode field : note.get("fields")) builder.field(field.get(0).asText(), schema(field.get(1)));
        if (note.path("optional").asBoolean()) builder.optional();
        if (note.has("name")) builder.name(note.get("name").asText());
        if (note.has("version")) builder.version(note.get("version").asInt());
        if (note.has("doc")) builder.doc(note.get("doc").asText());
        if (note.has("parameters")) note.get("parameters").properties().forEach(e -> builder.parameter(e.getKey(), e.getValue().asText()));
        if (note.has("default")) builder.defaultValue(value(note.get("default")));
        return builder.build();
    }

    static Object value(JsonNode note) {
        if (note == null || note.isNull()) return null;
        String text = note.path("text").asText();
        switch (note.get("is").asText()) {
            case "int8": return Byte.valueOf(text);
            case "int16": return Short.valueOf(text);
            case "int32": return Integer.valueOf(text);
            case "int64": return Long.valueOf(text);
            case "float": return Float.valueOf(text);
            case "double": return Double.valueOf(text);
            case "string": return text;
            case "boolean": return Boolean.valueOf(text);
            case "bytes": return Base64.getDecoder().decode(text);
            case "decimal": return new BigDecimal(text);
            case "date": return new Date(Long.parseLong(text));
            case "list": {
                List<Object> list = new ArrayList<>();
                for (JsonNode item : note.get("items")) list.add(value(item));
                return list;
            }
            case "map": {
                Map<Object, Object> map = new LinkedHashMap<>();
                for (JsonNode entry : note.get("entries")) map.put(value(entry.get(0)), value(entry.get(1)));
                return map;
            }
            default: {
                Struct struct = new Struct(schema(note.get("schema")));
                int index = 0;
                for (JsonNode item : note.get("items")) {
                    Object fieldValue = value(item);
                    if (fieldValue != null) struct.put(struct.schema().fields().get(index), fieldValue);
                    index++;
                }
                return struct;
            }
        }
    }

    static JsonNode note(Schema schema) {
        if (schema == null) return NODES.nullNode();
        ObjectNode note = NODES.objectNode();
        note.put("type", schema.type().name());
        note.put("optional", schema.isOptional());
        if (schema.defaultValue() != null) note.set("default", note(schema.defaultValue()));
        if (schema.name() != null) note.put("name", schema.name());
        if (schema.version() != null) note.put("version", schema.version());
        if (schema.doc() != null) note.put("doc", schema.doc());
        if (schema.parameters() != null && !schema.parameters().isEmpty()) {
            ObjectNode parameters = note.putObject("parameters");
            schema.parameters().forEach(parameters::put);
        }
        if (schema.type() == Schema.Type.STRUCT) {
            ArrayNode fields = note.putArray("fields");
            for (Field field : schema.fields()) fields.add(NODES.arrayNode().add(field.name()).add(note(field.schema())));
        }
        if (schema.type() == Schema.Type.MAP) note.set("keys", note(schema.keySchema()));
        if (schema.type() == Schema.Type.MAP || schema.type() == Schema.Type.ARRAY) note.set("values", note(schema.valueSchema()));
        return note;
    }

    static ObjectNode scalar(String is, String text) {
        return NODES.objectNode().put("is", is).put("text", text);
    }

    static JsonNode note(Object value) {
        if (value == null) return NODES.nullNode();
        if (value instanceof Byte) return scalar("int8", value.toString());
        if (value instanceof Short) return scalar("int16", value.toString());
        if (value instanceof Integer) return scalar("int32", value.toString());
        if (value instanceof Long) return scalar("int64", value.toString());
        if (value instanceof Float) return scalar("float", value.toString());
        if (value instanceof Double) return scalar("double", value.toString());
        if (value instanceof String) return scalar("string", value.toString());
        if (value instanceof Boolean) return scalar("boolean", value.toString());
        if (value instanceof BigDecimal) return scalar("decimal", value.toString());
        if (value instanceof Date) return scalar("date", String.valueOf(((Date) value).getTime()));
        if (value instanceof byte[]) return scalar("bytes", Base64.getEncoder().encodeToString((byte[]) value));
        if (value instanceof ByteBuffer) return scalar("bytes", Base64.getEncoder().encodeToString(((ByteBuffer) value).array()));
        ObjectNode note = NODES.objectNode();
        if (value instanceof List) {
            ArrayNode items = note.put("is", "list").putArray("items");
            for (Object item : (List<?>) value) items.add(note(item));
            return note;
        }
        if (value instanceof Map) {
            List<JsonNode> entries = new ArrayList<>();
            ((Map<?, ?>) value).forEach((key, item) -> entries.add(NODES.arrayNode().add(note(key)).add(note(item))));
            entries.sort(Comparator.comparing(JsonNode::toString));
            note.put("is", "map").putArray("entries").addAll(entries);
            return note;
        }
        Struct struct = (Struct) value;
        note.put("is", "struct").set("schema", note(struct.schema()));
        ArrayNode items = note.putArray("items");
        for (Field field : struct.schema().fields()) items.add(note(struct.getWithoutDefault(field.name())));
        return note;
    }
}
