import java.io.ByteArrayInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.Struct;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * Writes random messages of every definition in a folder, in every version, as Apache Kafka's own classes serialise
 * them: one line "name version hex" each, gzipped. Run with the kafka-clients jar on the class path:
 *   java -cp kafka-clients-4.3.1.jar:slf4j-api-1.7.36.jar RandomMessages.java ../schemas fixtures/java-messages.txt.gz
 */
public class RandomMessages {
    static final Random random = new Random(20260101);
    static int depth = 0;

    public static void main(String[] args) throws Exception {
        List<String> names = new ArrayList<>();
        try (var files = Files.list(Path.of(args[0]))) {
            files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".json")).sorted()
                .forEach(f -> names.add(f.substring(0, f.length() - 5)));
        }
        int written = 0;
        try (PrintStream out = new PrintStream(new GZIPOutputStream(new FileOutputStream(args[1])), false, "UTF-8")) {
            for (String name : names) {
                boolean data = !name.endsWith("Request") && !name.endsWith("Response") && !name.endsWith("Header");
                Class<?> type = Class.forName("org.apache.kafka.common.message." + name + (data ? "" : "Data"));
                ApiMessage probe = (ApiMessage) type.getConstructor().newInstance();
                for (short v = probe.lowestSupportedVersion(); v <= probe.highestSupportedVersion(); v++) {
                    Schema schema = (Schema) type.getField("SCHEMA_" + v).get(null);
                    for (int i = 0; i < 12; i++) {
                        Struct struct = (Struct) value(schema, "", i == 0);
                        ByteBuffer raw = ByteBuffer.allocate(schema.sizeOf(struct));
                        schema.write(raw, struct);
                        raw.flip();
                        ApiMessage message = (ApiMessage) type.getConstructor().newInstance();
                        message.read(new ByteBufferAccessor(raw), v);
                        ObjectSerializationCache cache = new ObjectSerializationCache();
                        ByteBuffer bytes = ByteBuffer.allocate(message.size(cache, v));
                        message.write(new ByteBufferAccessor(bytes), cache, v);
                        out.println(name + " " + v + " " + HexFormat.of().formatHex(bytes.array()));
                        written++;
                    }
                }
            }
        }
        System.out.println(written + " messages of " + names.size() + " definitions");
    }

    static Object value(Type type, String name, boolean small) {
        if (type instanceof Schema schema) {
            Struct struct = new Struct(schema);
            depth++;
            for (BoundField field : schema.fields()) struct.set(field, value(field.def.type, field.def.name, small));
            depth--;
            return struct;
        }
        if (type instanceof TaggedFields tagged) {
            TreeMap<Integer, Object> fields = new TreeMap<>();
            for (var entry : tagged.fields().entrySet()) {
                Field field = entry.getValue();
                if (!small && random.nextBoolean()) fields.put(entry.getKey(), value(field.type, field.name, false));
            }
            return fields;
        }
        if (type.isNullable() && random.nextInt(4) == 0) return null;
        if (type.arrayElementType().isPresent()) {
            Object[] elements = new Object[small || depth > 4 ? random.nextInt(2) : random.nextInt(3)];
            Arrays.setAll(elements, i -> value(type.arrayElementType().get(), name, small));
            return elements;
        }
        switch (type.toString()) {
            case "BOOLEAN": return random.nextBoolean();
            case "INT8": return (byte) random.nextInt();
            case "INT16": return (short) random.nextInt();
            case "UINT16": return random.nextInt(65536);
            case "INT32": return random.nextInt() >> random.nextInt(32);
            case "UINT32": return random.nextInt() & 0xffffffffL;
            case "INT64":
                // Others than producer ids are exact numbers in a double.
                return random.nextLong() >> (name.startsWith("producer_id") ? random.nextInt(64) : 11 + random.nextInt(53));
            case "FLOAT64": return random.nextGaussian();
            case "UUID": return new Uuid(random.nextLong(), random.nextLong());
            case "STRING": case "NULLABLE_STRING": case "COMPACT_STRING": case "COMPACT_NULLABLE_STRING":
                return text();
            case "BYTES": case "NULLABLE_BYTES": case "COMPACT_BYTES": case "COMPACT_NULLABLE_BYTES":
                return ByteBuffer.wrap(text().getBytes(StandardCharsets.UTF_8));
            case "RECORDS": case "NULLABLE_RECORDS": case "COMPACT_RECORDS": case "COMPACT_NULLABLE_RECORDS":
                return MemoryRecords.readableRecords(ByteBuffer.wrap(text().getBytes(StandardCharsets.UTF_8)));
            default:
                Object inner = innerStruct(type, small);
                if (inner != null) return inner;
                throw new IllegalArgumentException("unknown type " + type + " " + type.getClass());
        }
    }

    /** A nullable struct is an anonymous wrapper around a schema. */
    static Object innerStruct(Type type, boolean small) {
        for (var field : type.getClass().getDeclaredFields()) {
            try {
                field.setAccessible(true);
                if (field.get(type) instanceof Schema schema) return value(schema, "", small);
            } catch (ReflectiveOperationException ignored) {
                // Not this one.
            }
        }
        return null;
    }

    static String text() {
        String[] texts = {"", "a", "topic-1", "größe", "日本", "🐟", "x".repeat(random.nextInt(30) == 0 ? 200 : 3)};
        return texts[random.nextInt(texts.length)];
    }
}
