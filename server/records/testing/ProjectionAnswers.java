import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaProjector;
import org.apache.kafka.connect.errors.DataException;

/** Reads cases (argument 1), asks Kafka's own SchemaProjector, writes the answers (argument 2). */
public class ProjectionAnswers {
    public static void main(String[] args) throws Exception {
        ArrayNode answers = ConverterAnswers.NODES.arrayNode();
        for (JsonNode each : ConverterAnswers.MAPPER.readTree(new File(args[0]))) answers.add(answer(each));
        ConverterAnswers.MAPPER.writeValue(new File(args[1]), answers);
    }

    static JsonNode answer(JsonNode each) {
        ObjectNode result = ConverterAnswers.NODES.objectNode();
        try {
            Schema source = ConverterAnswers.schema(each.get("source"));
            Schema target = ConverterAnswers.schema(each.get("target"));
            Object value = ConverterAnswers.value(each.get("value"));
            result.set("value", ConverterAnswers.note(SchemaProjector.project(source, value, target)));
        } catch (DataException e) {
            ArrayNode errors = result.putArray("errors");
            for (Throwable cause = e; cause != null; cause = cause.getCause()) errors.add(String.valueOf(cause.getMessage()));
        } catch (Throwable e) {
            result.put("failure", e.toString());
        }
        return result;
    }
}
