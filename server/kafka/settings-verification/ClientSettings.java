import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;

/**
 * Prints, as JSON, every setting of the Java clients on the class path with its type and default, and what their
 * ConfigDef says to a number of values: null for accepted ones, the message for refused ones. Recorded with
 * java -cp ".cache/apache-kafka-4.3.1/*" ClientSettings.java | gzip -9n > fixtures/java-settings.json.gz
 */
public class ClientSettings {
    private static final String[] NUMBERS = {
        "", " ", "abc", "0", "1", "-1", "-2", "+1", " 7 ", "2", "5", "100", "5000", "1.5", "0.5", "0.8", "1e3", "0x10",
        "2147483647", "2147483648", "-2147483648", "-2147483649", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "-9223372036854775809"
    };
    private static final String[] BOOLEANS = {"", "true", "TRUE", " true ", "false", "False", "yes", "1"};
    private static final String[] STRINGS = {"", " ", "abc", " abc ", "ABC", "plaintext", "SSL", "sasl_ssl", "all", "-1", "2", "zstd", "GZIP"};
    private static final String[] LISTS = {"", "a", "a,b", "a, b", " a ,b ", "a,,b", "a,a", "a,", ","};
    private static final String[] EXTRA = {
        "auto.offset.reset=earliest|latest|none|Earliest|NONE|by_duration:PT1H|by_duration:P1DT2H3M4.5S|by_duration:-PT1H|by_duration:|by_duration:soon|BY_DURATION:PT1H|by_duration:pt1h|newest|by_duration:PT|by_duration:P|by_duration:P2D|by_duration:PT0.5S|by_duration:PT-1H|by_duration:PT1H30M",
        "isolation.level=READ_COMMITTED|read_committed",
        "group.protocol=CLASSIC|Consumer|share|streams",
        "metadata.recovery.strategy=NONE|rebootstrap|Rebootstrap|none|never",
        "client.dns.lookup=use_all_dns_ips|resolve_canonical_bootstrap_servers_only|default|USE_ALL_DNS_IPS",
        "bootstrap.servers=a:1|a:1,b:2|a:1,a:1",
        "metrics.recording.level=INFO|DEBUG|TRACE|info",
        "compression.type=none|gzip|snappy|lz4|zstd|uncompressed|producer",
        "compression.gzip.level=-1|0|1|9|10", "compression.lz4.level=0|1|17|18", "compression.zstd.level=-131072|-131073|22|23",
        "acks=0|1|all|ALL|-1|2|all ",
        "sasl.mechanism=PLAIN|plain|GSSAPI", "security.protocol=PLAINTEXT|SASL_PLAINTEXT|SASL_SSL|TLS|ssl",
    };

    public static void main(String[] args) {
        Map<String, ConfigDef> clients = new TreeMap<>();
        clients.put("producer", ProducerConfig.configDef());
        clients.put("consumer", ConsumerConfig.configDef());
        clients.put("admin", AdminClientConfig.configDef());
        StringBuilder out = new StringBuilder("{\n");
        String betweenClients = "";
        for (Map.Entry<String, ConfigDef> client : clients.entrySet()) {
            out.append(betweenClients).append(quote(client.getKey())).append(": {\n");
            betweenClients = ",\n";
            String between = "";
            for (ConfigDef.ConfigKey key : new TreeMap<>(client.getValue().configKeys()).values()) {
                out.append(between).append(describe(key));
                between = ",\n";
            }
            out.append("\n}");
        }
        System.out.println(out.append("\n}"));
    }

    private static String describe(ConfigDef.ConfigKey key) {
        StringBuilder out = new StringBuilder("  " + quote(key.name) + ": {");
        out.append("\"type\": ").append(quote(key.type.name()));
        if (key.hasDefault()) out.append(", \"default\": ").append(literal(key.defaultValue));
        if (key.validator != null) out.append(", \"valid\": ").append(quote(key.validator.toString()));
        if (key.internalConfig) out.append(", \"internal\": true");
        String between = "";
        if (key.type != ConfigDef.Type.CLASS) {
            out.append(",\n    \"verdicts\": {");
            for (String value : valuesFor(key)) {
                out.append(between).append("\n      ").append(quote(value)).append(": ").append(verdict(key, value));
                between = ",";
            }
            out.append("\n    }");
        }
        return out.append("}").toString();
    }

    private static Set<String> valuesFor(ConfigDef.ConfigKey key) {
        Set<String> values = new LinkedHashSet<>();
        switch (key.type) {
            case INT, LONG, SHORT, DOUBLE -> values.addAll(Arrays.asList(NUMBERS));
            case BOOLEAN -> values.addAll(Arrays.asList(BOOLEANS));
            case LIST -> values.addAll(Arrays.asList(LISTS));
            default -> values.addAll(Arrays.asList(STRINGS));
        }
        if (key.validator != null && key.type != ConfigDef.Type.LIST && key.type != ConfigDef.Type.STRING) {
            Matcher bounds = Pattern.compile("-?\\d+").matcher(key.validator.toString());
            while (bounds.find()) {
                long bound = Long.parseLong(bounds.group());
                for (long value : new long[] {bound - 1, bound, bound + 1}) values.add(Long.toString(value));
            }
        }
        for (String extra : EXTRA) {
            if (extra.startsWith(key.name + "=")) values.addAll(Arrays.asList(extra.substring(key.name.length() + 1).split("\\|")));
        }
        return values;
    }

    private static String verdict(ConfigDef.ConfigKey key, String value) {
        try {
            Object parsed = ConfigDef.parseType(key.name, value, key.type);
            if (key.validator != null) key.validator.ensureValid(key.name, parsed);
            return "null";
        } catch (RuntimeException refused) {
            return quote(refused.getMessage());
        }
    }

    private static String literal(Object value) {
        if (value == null) return "null";
        if (value instanceof Password) return quote("[hidden]");
        if (value instanceof Class) return quote(((Class<?>) value).getName());
        if (value instanceof Boolean) return value.toString();
        if (value instanceof List) {
            List<String> parts = new ArrayList<>();
            for (Object part : (List<?>) value) parts.add(literal(part));
            return "[" + String.join(", ", parts) + "]";
        }
        // Numbers as text: a reader of JSON would round the largest ones.
        return quote(value.toString());
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < 0x20) out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }
}
