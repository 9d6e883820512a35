import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.*;

/**
 * Prints record batches as Java's own client builds them, in every format and compression, for record-batch.test.ts:
 * java -cp 'kafka-clients and its compression libraries' RecordBatches.java > fixtures/java-batches.txt
 */
public class RecordBatches {
    static byte[] utf8(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    public static void main(String[] args) {
        for (byte magic = 0; magic <= 2; magic++) {
            for (CompressionType type : CompressionType.values()) {
                if (magic < 2 && type == CompressionType.ZSTD) continue;
                // The oldest format came with a broken lz4 header.
                if (magic == 0 && type == CompressionType.LZ4) continue;
                for (TimestampType time : new TimestampType[] {TimestampType.CREATE_TIME, TimestampType.LOG_APPEND_TIME}) {
                    if (magic == 0 && time == TimestampType.LOG_APPEND_TIME) continue;
                    print(magic, type, time);
                }
            }
        }
        ByteBuffer marker = ByteBuffer.allocate(1024);
        MemoryRecords records = MemoryRecords.withEndTransactionMarker(
            7, 1700000000000L, 3, 4711L, (short) 2, new EndTransactionMarker(ControlRecordType.ABORT, 9));
        line("marker abort", records.buffer());
    }

    static void print(byte magic, CompressionType type, TimestampType time) {
        Compression compression = Compression.of(type).build();
        MemoryRecordsBuilder builder = magic == 2
            ? new MemoryRecordsBuilder(ByteBuffer.allocate(1 << 16), magic, compression, time, 1000L, 1800000000000L,
                4711L, (short) 3, 42, false, false, 5, 1 << 16)
            : MemoryRecords.builder(ByteBuffer.allocate(1 << 16), magic, compression, time, 1000L, 1800000000000L);
        for (int i = 0; i < 20; i++) {
            byte[] key = i % 3 == 0 ? null : utf8("key-" + i);
            byte[] value = i % 5 == 4 ? null : utf8("wert äöü € 🚀 ".repeat(i) + i);
            Header[] headers = magic < 2 || i % 4 != 1 ? new Header[0]
                : new Header[] {new RecordHeader("überschrift", utf8("v" + i)), new RecordHeader("null", null)};
            long timestamp = magic == 0 ? -1 : 1700000000000L + (i % 2 == 0 ? i : -i) * 1000000007L;
            if (magic == 2) builder.append(timestamp, key, value, headers);
            else builder.append(timestamp, key, value);
        }
        line("batch " + magic + " " + type.name + " " + time.name, builder.build().buffer());
    }

    static void line(String name, ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        System.out.println(name + " " + Base64.getEncoder().encodeToString(bytes));
    }
}
