import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;

/** Prints fixtures/java-key-hashes.txt: key in base64, its murmur2, and its partition of 2, 7, 50 and 1000. */
public class KeyHashes {
    public static void main(String[] args) {
        Random random = new Random(4);
        List<byte[]> keys = new ArrayList<>();
        for (int length = 0; length < 70; length++) {
            for (int i = 0; i < 14; i++) {
                byte[] key = new byte[length];
                random.nextBytes(key);
                keys.add(key);
            }
        }
        String[] words = {"schlüssel", "ключ", "鍵", "🔑", "κλειδί", "مفتاح", "clé", "a\u0000b", "\uFFFD", "order"};
        for (String word : words) {
            for (int i = 0; i < 25; i++) keys.add((word + "-" + random.nextInt(1000)).getBytes(StandardCharsets.UTF_8));
        }
        for (byte[] key : keys) {
            StringBuilder line = new StringBuilder();
            line.append('"').append(Base64.getEncoder().encodeToString(key)).append('"');
            line.append(' ').append(Utils.murmur2(key));
            for (int partitions : new int[] {2, 7, 50, 1000}) {
                line.append(' ').append(BuiltInPartitioner.partitionForKey(key, partitions));
            }
            System.out.println(line);
        }
    }
}
