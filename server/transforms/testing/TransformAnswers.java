import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/** Reads cases (argument 1), asks Java's transformations and predicates, writes the answers (argument 2). */
public class TransformAnswers {
    static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    static final ObjectMapper MAPPER = new ObjectMapper();
    static final JsonConverter JSON = new JsonConverter();

    public static void main(String[] args) throws Exception {
        JSON.configure(Map.of("converter.type", "value", "replace.null.with.default", "false"));
        JsonNode cases = MAPPER.readTree(new File(args[0]));
        ArrayNode answers = NODES.arrayNode();
        for (JsonNode each : cases) answers.add(answer(each));
        MAPPER.writeValue(new File(args[1]), answers);
    }

    static JsonNode answer(JsonNode each) throws Exception {
        Object plugin = Class.forName(className(each.get("type").asText())).getDeclaredConstructor().newInstance();
        ConfigDef def = plugin instanceof Transformation ? ((Transformation<?>) plugin).config() : ((Predicate<?>) plugin).config();
        if (each.has("describe")) return describe(def);
        Map<String, String> config = new LinkedHashMap<>();
        each.get("config").properties().forEach(e -> config.put(e.getKey(), e.getValue().asText()));
        if (each.has("validate")) return validate(def, config);
        return plugin instanceof Transformation ? apply(each, (Transformation<?>) plugin, config) : test(each, (Predicate<?>) plugin, config);
    }

    /** Kafka's own are named without their package. */
    static String className(String type) {
        return type.matches("(io|com)\\..*") ? type : "org.apache.kafka.connect.transforms." + type;
    }

    static JsonNode describe(ConfigDef def) {
        ArrayNode result = NODES.arrayNode();
        for (ConfigDef.ConfigKey key : def.configKeys().values()) {
            ObjectNode node = result.addObject();
            node.put("name", key.name).put("type", key.type.name()).put("required", !key.hasDefault());
            node.put("defaultValue", key.hasDefault() ? ConfigDef.convertToString(key.defaultValue, key.type) : null);
            node.put("importance", key.importance.name()).put("group", key.group).put("orderInGroup", key.orderInGroup);
            node.put("width", key.width.name()).put("displayName", key.displayName);
        }
        return result;
    }

    static JsonNode validate(ConfigDef def, Map<String, String> config) {
        ObjectNode result = NODES.objectNode();
        try {
            for (ConfigValue value : def.validate(config)) {
                ArrayNode messages = result.putArray(value.name());
                value.errorMessages().forEach(messages::add);
            }
        } catch (Exception e) {
            result.put("thrown", e.getClass().getName());
        }
        return result;
    }

    @SuppressWarnings("unchecked")
    static <R extends ConnectRecord<R>> JsonNode apply(JsonNode each, Transformation<?> plugin, Map<String, String> config) {
        Transformation<R> transformation = (Transformation<R>) plugin;
        try {
            transformation.configure(config);
        } catch (Exception e) {
            return failure("configure", e);
        }
        R changed;
        try {
            changed = transformation.apply((R) record(each.get("record")));
        } catch (Exception e) {
            return failure("apply", e);
        }
        ObjectNode result = NODES.objectNode();
        if (changed == null) return result.put("dropped", true);
        result.put("topic", changed.topic()).put("partition", changed.kafkaPartition()).put("timestamp", changed.timestamp());
        result.put("key", json(changed.keySchema(), changed.key())).put("value", json(changed.valueSchema(), changed.value()));
        ArrayNode headers = result.putArray("headers");
        for (Header header : changed.headers()) headers.addArray().add(header.key()).add(json(header.schema(), header.value()));
        return result;
    }

    @SuppressWarnings("unchecked")
    static <R extends ConnectRecord<R>> JsonNode test(JsonNode each, Predicate<?> plugin, Map<String, String> config) {
        Predicate<R> predicate = (Predicate<R>) plugin;
        try {
            predicate.configure(config);
        } catch (Exception e) {
            return failure("configure", e);
        }
        return NODES.objectNode().put("test", predicate.test((R) record(each.get("record"))));
    }

    static JsonNode failure(String phase, Exception e) {
        return NODES.objectNode().put("phase", phase).put("error", e.getClass().getName()).put("message", String.valueOf(e.getMessage()));
    }

    static ConnectRecord<?> record(JsonNode note) {
        Integer partition = note.get("partition").isNull() ? null : note.get("partition").asInt();
        Long timestamp = note.get("timestamp").isNull() ? null : note.get("timestamp").asLong();
        Schema keySchema = ConverterAnswers.schema(note.get("keySchema"));
        Schema valueSchema = ConverterAnswers.schema(note.get("valueSchema"));
        Object key = ConverterAnswers.value(note.get("key"));
        Object value = ConverterAnswers.value(note.get("value"));
        ConnectHeaders headers = new ConnectHeaders();
        for (JsonNode header : note.get("headers")) headers.add(header.get(0).asText(), ConverterAnswers.value(header.get(2)), ConverterAnswers.schema(header.get(1)));
        String topic = note.get("topic").asText();
        if (note.get("offset").isNull()) return new SourceRecord(Map.of(), Map.of(), topic, partition, keySchema, key, valueSchema, value, timestamp, headers);
        return new SinkRecord(topic, partition, keySchema, key, valueSchema, value, note.get("offset").asLong(), timestamp, TimestampType.CREATE_TIME, headers);
    }

    /** null where it cannot be written. Maps are sorted by their keys, for theirs come in the order of hashes. */
    static String json(Schema schema, Object value) {
        try {
            byte[] bytes = JSON.fromConnectData("t", schema, sorted(value));
            return bytes == null ? "none" : new String(bytes, StandardCharsets.UTF_8);
        } catch (Exception e) {
            return null;
        }
    }

    static Object sorted(Object value) {
        if (value instanceof List) {
            List<Object> items = new ArrayList<>();
            for (Object item : (List<?>) value) items.add(sorted(item));
            return items;
        }
        if (!(value instanceof Map)) return value;
        Map<String, Map.Entry<?, ?>> byText = new TreeMap<>();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) byText.put(String.valueOf(entry.getKey()), entry);
        Map<Object, Object> result = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : byText.values()) result.put(entry.getKey(), sorted(entry.getValue()));
        return result;
    }
}
