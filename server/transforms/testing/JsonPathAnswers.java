import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.Option;
import com.jayway.jsonpath.spi.json.JacksonJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import java.io.File;

/** Reads paths and a document (argument 1), asks Jayway's library, writes the answers (argument 2). */
public class JsonPathAnswers {
    public static void main(String[] args) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        JsonNode questions = mapper.readTree(new File(args[0]));
        Configuration configuration = Configuration.builder().jsonProvider(new JacksonJsonProvider())
            .mappingProvider(new JacksonMappingProvider()).options(Option.ALWAYS_RETURN_LIST).build();
        Object document = configuration.jsonProvider().parse(questions.get("document").asText());
        ArrayNode answers = mapper.createArrayNode();
        for (JsonNode path : questions.get("paths")) answers.add(answer(mapper, configuration, document, path.asText()));
        mapper.writeValue(new File(args[1]), answers);
    }

    static JsonNode answer(ObjectMapper mapper, Configuration configuration, Object document, String text) {
        JsonPath path;
        try {
            path = JsonPath.compile(text);
        } catch (Exception e) {
            return mapper.getNodeFactory().textNode("refused");
        }
        try {
            return mapper.valueToTree(path.read(document, configuration));
        } catch (Exception e) {
            return mapper.getNodeFactory().textNode("missing");
        }
    }
}
