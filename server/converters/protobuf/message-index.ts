import { dataError } from '../converter-error.ts';
import type { ProtoMessage, ProtoSchema } from './proto-model.ts';

/** The message that a path of indexes leads to: which of the file, which inside that, and so on. */
export function messageAt(schema: ProtoSchema, path: readonly number[]): ProtoMessage {
  let messages = schema.messages;
  let found: ProtoMessage | undefined;
  for (const index of path.length === 0 ? [0] : path) {
    found = messages[index];
    if (found === undefined) break;
    messages = found.messages;
  }
  if (found !== undefined) return found;
  throw dataError(`The Protobuf schema has no message at index [${path.join(', ')}]`);
}

/** The path to a message of the file itself; null for a message of another file. */
export function pathTo(schema: ProtoSchema, message: ProtoMessage): number[] | null {
  return pathWithin(schema.messages, message);
}

function pathWithin(messages: readonly ProtoMessage[], message: ProtoMessage): number[] | null {
  for (const [index, each] of messages.entries()) {
    if (each === message) return [index];
    if (!message.fullName.startsWith(`${each.fullName}.`)) continue;
    const rest = pathWithin(each.messages, message);
    if (rest !== null) return [index, ...rest];
  }
  return null;
}
