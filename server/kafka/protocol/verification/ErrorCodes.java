import org.apache.kafka.common.errors.InvalidMetadataException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;

/** Prints the rows of error-rows.generated.ts: code, name, retriable, stale metadata, message. */
public class ErrorCodes {
    public static void main(String[] args) {
        for (Errors error : Errors.values()) {
            String message = error.message() == null ? "" : error.message();
            System.out.printf("  [%d, '%s', %d, %d, %s],%n", error.code(), error.name(),
                error.exception() instanceof RetriableException ? 1 : 0,
                error.exception() instanceof InvalidMetadataException ? 1 : 0,
                "\"" + message.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        }
    }
}
