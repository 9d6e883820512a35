import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.io.File;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads cases (argument 1), asks Google's own library for their bytes, writes the answers (argument 2). */
public class ProtobufAnswers {
    static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    public static void main(String[] args) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        ArrayNode answers = NODES.arrayNode();
        for (JsonNode each : mapper.readTree(new File(args[0]))) answers.add(answer(each));
        mapper.writeValue(new File(args[1]), answers);
    }

    static JsonNode answer(JsonNode each) throws Exception {
        Descriptor root = file(each.get("schema")).findMessageTypeByName("Root");
        ObjectNode result = NODES.objectNode();
        if (each.has("value")) result.put("bytes", hex(message(root, each.get("value"))));
        ArrayNode again = result.putArray("again");
        for (JsonNode wrong : each.path("wrong")) {
            try {
                DynamicMessage read = DynamicMessage.parseFrom(root, HexFormat.of().parseHex(wrong.asText()));
                again.add(hex(known(read)));
            } catch (InvalidProtocolBufferException e) {
                again.addNull();
            }
        }
        return result;
    }

    static String hex(Message message) {
        return HexFormat.of().formatHex(message.toByteArray());
    }

    static FileDescriptor file(JsonNode schema) throws Exception {
        boolean isProto3 = schema.get("syntax").asText().equals("proto3");
        FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder()
            .setName("made_up.proto").setPackage("made.up").setSyntax(schema.get("syntax").asText());
        file.addEnumType(EnumDescriptorProto.newBuilder().setName("Choice")
            .addValue(value("ZERO", 0)).addValue(value("ONE", 1)).addValue(value("MINUS", -7)).addValue(value("LARGE", 2_000_000_000)));
        for (JsonNode note : schema.get("messages")) file.addMessageType(describe(note, isProto3));
        return FileDescriptor.buildFrom(file.build(), new FileDescriptor[0]);
    }

    static EnumValueDescriptorProto value(String name, int number) {
        return EnumValueDescriptorProto.newBuilder().setName(name).setNumber(number).build();
    }

    static DescriptorProto describe(JsonNode note, boolean isProto3) {
        DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(note.get("name").asText());
        List<String> oneofs = new ArrayList<>();
        for (String name : List.of("kind", "other")) {
            for (JsonNode field : note.get("fields")) {
                if (name.equals(field.get("oneof").asText()) && !oneofs.contains(name)) {
                    oneofs.add(name);
                    message.addOneofDecl(OneofDescriptorProto.newBuilder().setName(name));
                }
            }
        }
        int count = oneofs.size();
        for (JsonNode field : note.get("fields")) {
            String name = field.get("name").asText();
            String label = field.get("label").asText();
            FieldDescriptorProto.Builder built = FieldDescriptorProto.newBuilder().setName(name).setNumber(field.get("number").asInt());
            if (label.equals("map")) {
                String entry = name.substring(0, 1).toUpperCase() + name.substring(1) + "Entry";
                FieldDescriptorProto.Builder key = FieldDescriptorProto.newBuilder().setName("key").setNumber(1).setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
                FieldDescriptorProto.Builder item = FieldDescriptorProto.newBuilder().setName("value").setNumber(2).setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
                type(key, field.get("key").asText());
                type(item, field.get("type").asText());
                message.addNestedType(DescriptorProto.newBuilder().setName(entry).addField(key).addField(item)
                    .setOptions(MessageOptions.newBuilder().setMapEntry(true)));
                built.setLabel(FieldDescriptorProto.Label.LABEL_REPEATED).setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
                    .setTypeName(".made.up." + note.get("name").asText() + "." + entry);
            } else {
                type(built, field.get("type").asText());
                built.setLabel(label.equals("repeated") ? FieldDescriptorProto.Label.LABEL_REPEATED
                    : label.equals("required") ? FieldDescriptorProto.Label.LABEL_REQUIRED : FieldDescriptorProto.Label.LABEL_OPTIONAL);
                if (!field.get("packed").isNull()) built.setOptions(FieldOptions.newBuilder().setPacked(field.get("packed").asBoolean()));
                if (!field.get("oneof").isNull()) {
                    built.setOneofIndex(oneofs.indexOf(field.get("oneof").asText()));
                } else if (label.equals("optional") && isProto3) {
                    message.addOneofDecl(OneofDescriptorProto.newBuilder().setName("_" + name));
                    built.setProto3Optional(true).setOneofIndex(count++);
                }
            }
            message.addField(built);
        }
        return message.build();
    }

    static void type(FieldDescriptorProto.Builder field, String name) {
        if (name.equals("enum")) field.setType(FieldDescriptorProto.Type.TYPE_ENUM).setTypeName(".made.up.Choice");
        else if (Character.isUpperCase(name.charAt(0))) field.setType(FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName(".made.up." + name);
        else field.setType(FieldDescriptorProto.Type.valueOf("TYPE_" + name.toUpperCase()));
    }

    static DynamicMessage message(Descriptor descriptor, JsonNode note) {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(descriptor);
        note.properties().forEach(entry -> {
            FieldDescriptor field = descriptor.findFieldByName(entry.getKey());
            if (field.isMapField()) {
                Descriptor type = field.getMessageType();
                for (JsonNode pair : entry.getValue()) {
                    DynamicMessage.Builder item = DynamicMessage.newBuilder(type);
                    item.setField(type.findFieldByNumber(1), single(type.findFieldByNumber(1), pair.get(0)));
                    item.setField(type.findFieldByNumber(2), single(type.findFieldByNumber(2), pair.get(1)));
                    builder.addRepeatedField(field, item.build());
                }
            } else if (field.isRepeated()) {
                for (JsonNode item : entry.getValue()) builder.addRepeatedField(field, single(field, item));
            } else {
                builder.setField(field, single(field, entry.getValue()));
            }
        });
        return builder.build();
    }

    static Object single(FieldDescriptor field, JsonNode note) {
        switch (field.getJavaType()) {
            case INT: return (int) Long.parseLong(note.asText());
            case LONG: return Long.parseLong(note.asText());
            case FLOAT: return Float.parseFloat(note.asText());
            case DOUBLE: return Double.parseDouble(note.asText());
            case BOOLEAN: return Boolean.parseBoolean(note.asText());
            case STRING: return note.asText();
            case BYTE_STRING: return ByteString.copyFrom(HexFormat.of().parseHex(note.asText()));
            case ENUM: return field.getEnumType().findValueByName(note.asText());
            default: return message(field.getMessageType(), note);
        }
    }

    /** Without unknown fields, and with one entry a key. */
    static DynamicMessage known(Message message) {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(message.getDescriptorForType());
        builder.setUnknownFields(UnknownFieldSet.getDefaultInstance());
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            if (field.isMapField()) {
                Map<Object, Message> byKey = new LinkedHashMap<>();
                for (Object item : (List<?>) entry.getValue()) {
                    Message read = known((Message) item);
                    byKey.put(read.getField(field.getMessageType().findFieldByNumber(1)), read);
                }
                byKey.values().forEach(item -> builder.addRepeatedField(field, whole(item)));
            } else if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                builder.setField(field, entry.getValue());
            } else if (field.isRepeated()) {
                for (Object item : (List<?>) entry.getValue()) builder.addRepeatedField(field, known((Message) item));
            } else {
                builder.setField(field, known((Message) entry.getValue()));
            }
        }
        return builder.build();
    }

    /** An entry without a key or value means their defaults. */
    static Message whole(Message entry) {
        Message.Builder builder = entry.toBuilder();
        for (FieldDescriptor field : entry.getDescriptorForType().getFields()) builder.setField(field, entry.getField(field));
        return builder.build();
    }
}
