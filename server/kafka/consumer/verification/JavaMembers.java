import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Members of many groups in one process, for tests: each argument is one consumer, written
 * "topic key=value key=value ...". Polls until it is killed, and commits by itself.
 */
public class JavaMembers {
    public static void main(String[] args) {
        for (String arg : args) {
            String[] words = arg.split(" ");
            Properties properties = new Properties();
            for (int i = 1; i < words.length; i++) {
                String[] pair = words[i].split("=", 2);
                properties.put(pair[0], pair[1]);
            }
            new Thread(() -> {
                var bytes = new ByteArrayDeserializer();
                try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, bytes, bytes)) {
                    consumer.subscribe(List.of(words[0]));
                    while (true) consumer.poll(Duration.ofMillis(200));
                }
            }).start();
        }
    }
}
