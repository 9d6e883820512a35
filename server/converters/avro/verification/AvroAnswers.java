import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apicurio.registry.serde.avro.NonRecordContainer;
import io.apicurio.registry.utils.converter.avro.AvroData;
import io.apicurio.registry.utils.converter.avro.AvroDataConfig;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.lang.reflect.Field;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.RandomData;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;

/** Reads cases (argument 1), asks the Java mapping of Connect data and Avro, writes the answers (argument 2). */
public class AvroAnswers {
    static final ObjectMapper MAPPER = new ObjectMapper();
    static final Map<String, String> FIELDS = Map.of(
        "generalized.sum.type.support", "generalizedSumTypeSupport",
        "ignore.default.for.nullables", "ignoreDefaultForNullables",
        "scrub.invalid.names", "scrubInvalidNames",
        "discard.type.doc.default", "discardTypeDocDefault",
        "allow.optional.map.keys", "allowOptionalMapKey");

    public static void main(String[] args) throws Exception {
        ArrayNode answers = MAPPER.createArrayNode();
        for (JsonNode each : MAPPER.readTree(new File(args[0]))) answers.add(each.has("avro") ? read(each) : write(each));
        MAPPER.writeValue(new File(args[1]), answers);
    }

    /** These keys are the class's own, but its configuration does not offer them yet. */
    static AvroData data(JsonNode each) throws Exception {
        Map<String, String> config = new HashMap<>();
        each.get("config").properties().forEach(e -> config.put(e.getKey(), e.getValue().asText()));
        AvroData data = new AvroData(new AvroDataConfig(config));
        for (Map.Entry<String, String> entry : FIELDS.entrySet()) {
            if (!config.containsKey(entry.getKey())) continue;
            Field field = AvroData.class.getDeclaredField(entry.getValue());
            field.setAccessible(true);
            field.setBoolean(data, Boolean.parseBoolean(config.get(entry.getKey())));
        }
        return data;
    }

    static JsonNode write(JsonNode each) {
        ObjectNode result = MAPPER.createObjectNode();
        try {
            AvroData data = data(each);
            Schema schema = ConverterAnswers.schema(each.get("schema"));
            org.apache.avro.Schema avro = data.fromConnectSchema(schema);
            String text = avro.toString();
            result.put("avro", text);
            result.put("isSame", isSame(text, avro));
            Object datum = data.fromConnectData(schema, ConverterAnswers.value(each.get("value")));
            if (datum instanceof NonRecordContainer) datum = ((NonRecordContainer) datum).getValue();
            result.put("bytes", Base64.getEncoder().encodeToString(encode(avro, datum)));
        } catch (Throwable e) {
            result.put("error", e.toString());
        }
        return result;
    }

    /** The text is what readers get: they must understand what was written. */
    static boolean isSame(String text, org.apache.avro.Schema avro) {
        try {
            return new org.apache.avro.Schema.Parser().parse(text).equals(avro);
        } catch (RuntimeException e) {
            return false;
        }
    }

    static JsonNode read(JsonNode each) {
        ObjectNode result = MAPPER.createObjectNode();
        try {
            AvroData data = data(each);
            org.apache.avro.Schema avro = new org.apache.avro.Schema.Parser().setValidateDefaults(false).parse(each.get("avro").asText());
            byte[] bytes;
            if (each.has("bytes")) {
                bytes = Base64.getDecoder().decode(each.get("bytes").asText());
            } else {
                bytes = encode(avro, new RandomData(avro, 1, each.get("seed").asLong(), false).iterator().next());
                result.put("bytes", Base64.getEncoder().encodeToString(bytes));
            }
            Object datum = new GenericDatumReader<Object>(avro).read(null, DecoderFactory.get().binaryDecoder(bytes, null));
            Integer version = each.has("version") ? each.get("version").asInt() : null;
            SchemaAndValue answer = data.toConnectData(avro, datum, version);
            result.set("schema", answer == null ? null : ConverterAnswers.note(answer.schema()));
            result.set("value", answer == null ? null : ConverterAnswers.note(answer.value()));
        } catch (Throwable e) {
            result.put("error", e.toString());
        }
        return result;
    }

    static byte[] encode(org.apache.avro.Schema avro, Object datum) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<Object>(avro, GenericData.get()).write(datum, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
