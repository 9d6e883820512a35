import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs Kafka's command-line tools one after the other in one virtual machine. Each line of standard input is
 * {"main": class, "args": [...], "input": text}; each is answered by {"code": n, "output": text, "errors": text}.
 */
public class RunTools {
    private static final class Ended extends RuntimeException {
        final int code;

        Ended(int code) {
            super("exit " + code);
            this.code = code;
        }
    }

    /** Some tools keep the stream they found first, so it stays the same and only its target changes. */
    private static final class Switch extends OutputStream {
        volatile ByteArrayOutputStream target = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            target.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            target.write(bytes, from, length);
        }
    }

    public static void main(String[] args) throws Exception {
        PrintStream answers = System.out;
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Switch output = new Switch(), errors = new Switch();
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        // Some tools catch what they should not, and end a second time: the first time counts.
        AtomicInteger ended = new AtomicInteger();
        Exit.Procedure end = (code, message) -> {
            ended.compareAndSet(-1, code);
            throw new Ended(code);
        };
        Exit.setExitProcedure(end);
        Exit.setHaltProcedure(end);
        List<Runnable> hooks = new ArrayList<>();
        Exit.setShutdownHookAdder((name, hook) -> hooks.add(hook));
        ObjectMapper mapper = new ObjectMapper();
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            JsonNode order = mapper.readTree(line);
            List<String> given = new ArrayList<>();
            order.get("args").forEach(arg -> given.add(arg.asText()));
            output.target = new ByteArrayOutputStream();
            errors.target = new ByteArrayOutputStream();
            ended.set(-1);
            System.setIn(new ByteArrayInputStream(order.get("input").asText().getBytes(StandardCharsets.UTF_8)));
            int code = run(order.get("main").asText(), given.toArray(new String[0]));
            for (Runnable hook : hooks) hook.run();
            hooks.clear();
            answers.println(mapper.writeValueAsString(Map.of(
                    "code", ended.get() == -1 ? code : ended.get(),
                    "output", output.target.toString(StandardCharsets.UTF_8),
                    "errors", errors.target.toString(StandardCharsets.UTF_8))));
            answers.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    private static int run(String name, String[] args) throws Exception {
        try {
            if (name.equals("CopyInTransactions")) copyInTransactions(args);
            else Class.forName(name).getMethod("main", String[].class).invoke(null, (Object) args);
            return 0;
        } catch (InvocationTargetException e) {
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof Ended) return ((Ended) cause).code;
            }
            e.getCause().printStackTrace();
            return 1;
        } catch (Exception e) {
            e.printStackTrace();
            return 1;
        }
    }

    /** Copies records with their offsets from topic to topic; every third transaction is aborted and done again. */
    private static void copyInTransactions(String[] args) {
        String bootstrap = args[0], from = args[1], to = args[2];
        int expected = Integer.parseInt(args[3]);
        Map<String, Object> reading = new HashMap<>();
        reading.put("bootstrap.servers", bootstrap);
        reading.put("group.id", "copier");
        reading.put("auto.offset.reset", "earliest");
        reading.put("enable.auto.commit", "false");
        reading.put("isolation.level", "read_committed");
        reading.put("max.poll.records", "7");
        Map<String, Object> writing = new HashMap<>();
        writing.put("bootstrap.servers", bootstrap);
        writing.put("transactional.id", "copier");
        int copied = 0, transactions = 0;
        try (KafkaConsumer<String, String> consumer =
                        new KafkaConsumer<>(reading, new StringDeserializer(), new StringDeserializer());
                KafkaProducer<String, String> producer =
                        new KafkaProducer<>(writing, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            consumer.subscribe(List.of(from));
            while (copied < expected) {
                ConsumerRecords<String, String> records = consumer.poll(Duration.ofSeconds(1));
                if (records.isEmpty()) continue;
                producer.beginTransaction();
                Map<TopicPartition, OffsetAndMetadata> first = new HashMap<>(), next = new HashMap<>();
                for (ConsumerRecord<String, String> record : records) {
                    producer.send(new ProducerRecord<>(to, record.value()));
                    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                    first.putIfAbsent(partition, new OffsetAndMetadata(record.offset()));
                    next.put(partition, new OffsetAndMetadata(record.offset() + 1));
                }
                producer.sendOffsetsToTransaction(next, consumer.groupMetadata());
                if (++transactions % 3 == 0) {
                    producer.abortTransaction();
                    first.forEach((partition, offset) -> consumer.seek(partition, offset.offset()));
                } else {
                    producer.commitTransaction();
                    copied += records.count();
                }
            }
        }
        System.out.println(copied + " copied");
    }
}
