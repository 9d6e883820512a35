import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Writes the groups of a running worker's metrics, with tags and attributes, each attribute with its value now. */
public class MetricNames {
  public static void main(String[] args) throws Exception {
    JMXServiceURL url = new JMXServiceURL("service:jmx:rmi:///jndi/rmi://" + args[0] + "/jmxrmi");
    try (JMXConnector connector = JMXConnectorFactory.connect(url)) {
      MBeanServerConnection server = connector.getMBeanServerConnection();
      List<String> rows = new ArrayList<>();
      for (ObjectName name : new TreeSet<>(server.queryNames(new ObjectName("kafka.connect:*"), null))) {
        TreeMap<String, String> attributes = new TreeMap<>();
        for (MBeanAttributeInfo info : server.getMBeanInfo(name).getAttributes()) {
          Object value = server.getAttribute(name, info.getName());
          attributes.put(info.getName(), value instanceof Number ? number((Number) value) : quote(String.valueOf(value)));
        }
        TreeMap<String, String> tags = new TreeMap<>();
        name.getKeyPropertyList().forEach((key, value) -> {
          if (!key.equals("type")) tags.put(key, quote(value.startsWith("\"") ? ObjectName.unquote(value) : value));
        });
        rows.add("{\"type\":" + quote(name.getKeyProperty("type")) + ",\"tags\":" + object(tags)
            + ",\"attributes\":" + object(attributes) + "}");
      }
      new PrintStream(args[1], "UTF-8").append("[\n" + String.join(",\n", rows) + "\n]\n").close();
    }
  }

  private static String number(Number value) {
    double number = value.doubleValue();
    return Double.isNaN(number) || Double.isInfinite(number) ? quote(value.toString()) : value.toString();
  }

  private static String object(TreeMap<String, String> pairs) {
    List<String> parts = new ArrayList<>();
    pairs.forEach((key, value) -> parts.add(quote(key) + ":" + value));
    return "{" + String.join(",", parts) + "}";
  }

  private static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
