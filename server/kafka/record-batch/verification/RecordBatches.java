import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.StringJoiner;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.*;

/**
 * Prints record batches as Java's own client builds them, in every format and compression, for
 * record-batch.conformance.test.ts:
 * java -cp 'kafka-clients and its compression libraries' RecordBatches.java | gzip > fixtures/java-batches.txt.gz
 * With the name of a file of such lines, prints the records that Java's own client finds in them.
 */
public class RecordBatches {
    static byte[] utf8(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    public static void main(String[] args) throws Exception {
        if (args.length > 0) {
            read(Path.of(args[0]));
            return;
        }
        for (byte magic = 0; magic <= 2; magic++) {
            for (CompressionType type : CompressionType.values()) {
                if (magic < 2 && type == CompressionType.ZSTD) continue;
                for (TimestampType time : new TimestampType[] {TimestampType.CREATE_TIME, TimestampType.LOG_APPEND_TIME}) {
                    if (magic == 0 && time == TimestampType.LOG_APPEND_TIME) continue;
                    print(magic, type, time);
                }
            }
        }
        for (int level : new int[] {1, 5, 9, 13, 17}) level("lz4", level, Compression.lz4().level(level).build());
        for (int level : new int[] {1, 9}) level("gzip", level, Compression.gzip().level(level).build());
        for (int level : new int[] {-5, 1, 19}) level("zstd", level, Compression.zstd().level(level).build());
        ByteBuffer marker = ByteBuffer.allocate(1024);
        MemoryRecords records = MemoryRecords.withEndTransactionMarker(
            7, 1700000000000L, 3, 4711L, (short) 2, new EndTransactionMarker(ControlRecordType.ABORT, 9));
        line("marker abort", records.buffer());
        ByteBuffer commit = ByteBuffer.allocate(1024);
        line("marker commit", MemoryRecords.withEndTransactionMarker(
            8, 1700000000000L, 3, 4711L, (short) 2, new EndTransactionMarker(ControlRecordType.COMMIT, 9)).buffer());
    }

    /** More than one block of 64 KiB. */
    static void level(String codec, int level, Compression compression) {
        MemoryRecordsBuilder builder = new MemoryRecordsBuilder(ByteBuffer.allocate(1 << 20), (byte) 2, compression,
            TimestampType.CREATE_TIME, 0L, 1L, -1L, (short) -1, -1, false, false, 0, 1 << 20);
        for (int i = 0; i < 1200; i++) {
            builder.append(1L, utf8("k" + i), utf8("line " + i + " of a file that repeats itself " + (i * i) % 977 + " times, more or less"));
        }
        line("level " + codec + " " + level, builder.build().buffer());
    }

    static void read(Path file) throws Exception {
        for (String line : Files.readAllLines(file)) {
            int end = line.lastIndexOf(' ');
            StringJoiner out = new StringJoiner(" ");
            MemoryRecords records = MemoryRecords.readableRecords(ByteBuffer.wrap(Base64.getDecoder().decode(line.substring(end + 1))));
            for (RecordBatch batch : records.batches()) {
                batch.ensureValid();
                out.add("batch " + batch.baseOffset() + " " + batch.lastOffset() + " " + batch.countOrNull() + " " + batch.compressionType().name);
                for (org.apache.kafka.common.record.internal.Record record : batch) {
                    out.add(record.offset() + ":" + record.timestamp() + ":" + hash(record.key()) + ":" + hash(record.value()));
                    for (Header header : record.headers()) {
                        out.add(header.key() + "=" + (header.value() == null ? "null" : new String(header.value(), StandardCharsets.UTF_8)));
                    }
                }
            }
            System.out.println(line.substring(0, end) + " " + out);
        }
    }

    /** Length and CRC-32. */
    static String hash(ByteBuffer bytes) {
        if (bytes == null) return "null";
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        int length = bytes.remaining();
        crc.update(bytes.duplicate());
        return length + "/" + crc.getValue();
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
