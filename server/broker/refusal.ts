import { ConnectError, isConnectError, messageOf } from '../errors/connect-error.ts';
import { type KafkaErrorName, kafkaErrors } from '../kafka/protocol/error-codes.ts';
import type { BrokerLog } from './broker-log.ts';

/** An error that a client is told by its Kafka name; handlers turn it into the code of the response. */
export function refusal(kafkaError: KafkaErrorName, message: string): ConnectError {
  return new ConnectError('bad-request', message, { details: { kafkaError } });
}

export interface Told {
  readonly errorCode: number;
  readonly errorMessage: string;
}

/** What a client is told of a thrown error. One that is no refusal is a fault of the broker's and is logged. */
export function told(error: unknown, what: string, log: BrokerLog): Told {
  const name = isConnectError(error) ? error.details.kafkaError : undefined;
  if (name !== undefined && name in kafkaErrors) {
    return { errorCode: kafkaErrors[name as KafkaErrorName], errorMessage: messageOf(error) };
  }
  if (isStorageError(error)) {
    log('error', `could not ${what}: ${messageOf(error)}`);
    return { errorCode: kafkaErrors.KAFKA_STORAGE_ERROR, errorMessage: messageOf(error) };
  }
  log('error', `${what}: ${error instanceof Error ? error.stack : messageOf(error)}`);
  return { errorCode: kafkaErrors.UNKNOWN_SERVER_ERROR, errorMessage: messageOf(error) };
}

const storageErrors = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EIO', 'EACCES', 'EPERM', 'ENOENT', 'EMFILE'];

/** A full disk or a folder that went away is no fault of the program, and clients may try again. */
function isStorageError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && storageErrors.includes(String(error.code));
}
