import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.everit.json.schema.ArraySchema;
import org.everit.json.schema.BooleanSchema;
import org.everit.json.schema.CombinedSchema;
import org.everit.json.schema.EnumSchema;
import org.everit.json.schema.NullSchema;
import org.everit.json.schema.NumberSchema;
import org.everit.json.schema.ObjectSchema;
import org.everit.json.schema.Schema;
import org.everit.json.schema.StringSchema;
import org.json.JSONArray;
import org.json.JSONObject;

/**
 * How the library that the Java converter describes schemas with writes them down: `java … SchemaTexts.java in out`.
 * A description is an object with `kind`, and what that kind is made of, in the order in which it is handed over.
 */
public class SchemaTexts {
  public static void main(String[] args) throws Exception {
    JSONArray texts = new JSONArray();
    for (Object each : new JSONArray(Files.readString(Path.of(args[0])))) texts.put(schema((JSONObject) each).toString());
    Files.writeString(Path.of(args[1]), texts.toString());
  }

  private static Schema schema(JSONObject of) {
    Schema.Builder<?> builder = builder(of);
    if (of.has("title")) builder.title(of.getString("title"));
    if (of.has("description")) builder.description(of.getString("description"));
    if (of.has("default")) builder.defaultValue(of.get("default"));
    Map<String, Object> more = new HashMap<>();
    if (of.has("version")) more.put("connect.version", of.get("version"));
    if (of.has("type")) more.put("connect.type", of.get("type"));
    if (of.has("index")) more.put("connect.index", of.get("index"));
    if (of.has("parameters")) {
      Map<String, String> parameters = new HashMap<>();
      for (Object each : of.getJSONArray("parameters")) {
        parameters.put(((JSONArray) each).getString(0), ((JSONArray) each).getString(1));
      }
      more.put("connect.parameters", parameters);
    }
    return builder.unprocessedProperties(more).build();
  }

  private static Schema.Builder<?> builder(JSONObject of) {
    switch (of.getString("kind")) {
      case "null": return NullSchema.builder();
      case "boolean": return BooleanSchema.builder();
      case "integer": return NumberSchema.builder().requiresInteger(true);
      case "number": return NumberSchema.builder().requiresInteger(false);
      case "string": return StringSchema.builder();
      case "array": return ArraySchema.builder().allItemSchema(schema(of.getJSONObject("items")));
      case "enum": {
        EnumSchema.Builder builder = EnumSchema.builder();
        for (Object each : of.getJSONArray("symbols")) builder.possibleValue(JSONObject.NULL.equals(each) ? null : each);
        return builder;
      }
      case "map": return ObjectSchema.builder().schemaOfAdditionalProperties(schema(of.getJSONObject("values")));
      case "oneOf": {
        CombinedSchema.Builder builder = CombinedSchema.builder().criterion(CombinedSchema.ONE_CRITERION);
        for (Object each : of.getJSONArray("parts")) builder.subschema(schema((JSONObject) each));
        return builder;
      }
      default: {
        ObjectSchema.Builder builder = ObjectSchema.builder();
        for (Object each : of.getJSONArray("fields")) {
          builder.addPropertySchema(((JSONArray) each).getString(0), schema(((JSONArray) each).getJSONObject(1)));
        }
        if (of.optBoolean("closed")) builder.additionalProperties(false);
        return builder;
      }
    }
  }
}
