import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * What Java's assignors make of random groups over two rounds, one JSON line for each group. Run with Kafka's jars:
 * java -cp 'JARS/*' Assignors.java fixtures/java-assignments.txt.gz
 */
public class Assignors {
    static final Map<String, Class<? extends ConsumerPartitionAssignor>> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("range", RangeAssignor.class);
        KINDS.put("roundrobin", RoundRobinAssignor.class);
        KINDS.put("sticky", StickyAssignor.class);
        KINDS.put("cooperative-sticky", CooperativeStickyAssignor.class);
    }

    static class Member {
        String id;
        String instance;
        String rack;
        List<String> topics;
        /** One for each kind: sticky ones remember. */
        Map<String, ConsumerPartitionAssignor> assignors = new LinkedHashMap<>();
        Map<String, List<TopicPartition>> owned = new LinkedHashMap<>();
        int generation = -1;
    }

    public static void main(String[] args) throws Exception {
        try (PrintStream out = new PrintStream(new GZIPOutputStream(Files.newOutputStream(Path.of(args[0]))))) {
            for (int seed = 0; seed < 400; seed++) out.println(group(new Random(seed)));
        }
    }

    static String group(Random random) throws Exception {
        boolean hasRacks = random.nextInt(3) == 0;
        boolean isUniform = random.nextBoolean();
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) nodes.add(new Node(i, "host", 9092, hasRacks ? "rack" + i : null));
        Map<String, Integer> counts = new TreeMap<>();
        int even = 1 + random.nextInt(8);
        for (int i = 0; i < 1 + random.nextInt(4); i++) counts.put("t" + i, random.nextBoolean() ? even : random.nextInt(9));
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(6); i++) members.add(member(random, i, counts, isUniform, hasRacks));
        StringBuilder json = new StringBuilder("{\"rounds\":[");
        for (int round = 1; round <= 2; round++) {
            if (round == 2) {
                json.append(',');
                if (members.size() > 1 && random.nextBoolean()) members.remove(random.nextInt(members.size()));
                if (random.nextBoolean()) members.add(member(random, 10, counts, isUniform, hasRacks));
                if (random.nextInt(4) == 0) counts.computeIfPresent("t0", (topic, count) -> count + 2);
            }
            round(random, json, round, nodes, counts, members);
        }
        return json.append("]}").toString();
    }

    static Member member(Random random, int number, Map<String, Integer> counts, boolean isUniform, boolean hasRacks)
            throws Exception {
        Member member = new Member();
        member.id = "m" + (char) ('a' + random.nextInt(26)) + number;
        member.instance = random.nextInt(4) == 0 ? "i" + random.nextInt(1000) + "-" + number : null;
        member.rack = hasRacks && random.nextInt(5) > 0 ? "rack" + random.nextInt(4) : null;
        member.topics = new ArrayList<>();
        for (String topic : counts.keySet()) if (isUniform || random.nextInt(3) > 0) member.topics.add(topic);
        if (member.topics.isEmpty()) member.topics.add("t0");
        for (var kind : KINDS.entrySet()) {
            member.assignors.put(kind.getKey(), kind.getValue().getDeclaredConstructor().newInstance());
            member.owned.put(kind.getKey(), List.of());
        }
        return member;
    }

    static void round(
            Random random, StringBuilder json, int round, List<Node> nodes, Map<String, Integer> counts, List<Member> members) {
        List<PartitionInfo> infos = new ArrayList<>();
        json.append("{\"topics\":{");
        String comma = "";
        for (var topic : counts.entrySet()) {
            json.append(comma).append('"').append(topic.getKey()).append("\":[");
            comma = ",";
            for (int partition = 0; partition < topic.getValue(); partition++) {
                List<Node> replicas = new ArrayList<>(nodes);
                Collections.shuffle(replicas, random);
                replicas = replicas.subList(0, 1 + random.nextInt(3));
                Node[] all = replicas.toArray(new Node[0]);
                infos.add(new PartitionInfo(topic.getKey(), partition, all[0], all, all));
                List<String> racks = new ArrayList<>();
                for (Node node : replicas) if (node.hasRack()) racks.add(node.rack());
                json.append(partition == 0 ? "" : ",").append(texts(racks));
            }
            json.append(']');
        }
        Cluster cluster = new Cluster("c", nodes, infos, Set.of(), Set.of());
        json.append("},\"members\":[");
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            json.append(i == 0 ? "" : ",").append("{\"id\":\"").append(member.id).append("\",\"instance\":");
            json.append(member.instance == null ? "null" : "\"" + member.instance + "\"").append('}');
        }
        json.append(']');
        for (String kind : KINDS.keySet()) {
            Map<String, Subscription> subscriptions = new LinkedHashMap<>();
            json.append(",\"").append(kind).append("\":{\"subscriptions\":[");
            for (Member member : members) {
                boolean isEager = !kind.equals("cooperative-sticky");
                ByteBuffer userData = member.assignors.get(kind).subscriptionUserData(Set.copyOf(member.topics));
                Subscription subscription = new Subscription(
                        member.topics, userData, isEager ? List.of() : member.owned.get(kind), member.generation,
                        Optional.ofNullable(member.rack));
                subscription.setGroupInstanceId(Optional.ofNullable(member.instance));
                ByteBuffer bytes = ConsumerProtocol.serializeSubscription(subscription);
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                json.append(subscriptions.isEmpty() ? "" : ",").append('"').append(Base64.getEncoder().encodeToString(copy)).append('"');
                Subscription read = ConsumerProtocol.deserializeSubscription(bytes);
                read.setGroupInstanceId(Optional.ofNullable(member.instance));
                subscriptions.put(member.id, read);
            }
            json.append("],\"assigned\":[");
            Map<String, Assignment> assigned = members.get(0).assignors.get(kind)
                    .assign(cluster, new GroupSubscription(subscriptions)).groupAssignment();
            for (int i = 0; i < members.size(); i++) {
                Member member = members.get(i);
                Assignment assignment = assigned.get(member.id);
                member.assignors.get(kind).onAssignment(
                        assignment, new ConsumerGroupMetadata("g", round, member.id, Optional.ofNullable(member.instance)));
                member.owned.put(kind, assignment.partitions());
                List<String> names = new ArrayList<>();
                for (TopicPartition at : assignment.partitions()) names.add(at.toString());
                Collections.sort(names);
                json.append(i == 0 ? "" : ",").append(texts(names));
            }
            json.append("]}");
        }
        for (Member member : members) member.generation = round;
        json.append('}');
    }

    static String texts(List<String> texts) {
        return texts.isEmpty() ? "[]" : "[\"" + String.join("\",\"", texts) + "\"]";
    }
}
