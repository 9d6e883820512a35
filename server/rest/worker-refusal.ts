import { messageOf } from '../errors/connect-error.ts';
import { isJsonObject, type JsonObject, parseJson } from './json-reader.ts';

/** The error body of another worker; throws when the answer is none, with a sentence that says so. */
export function readRefusal(text: string): { readonly errorCode: number; readonly message: string } {
  const body = readAnswerObject(text);
  const { error_code: errorCode, message } = body;
  if (typeof errorCode !== 'number' || typeof message !== 'string') {
    throw new Error('the other worker refused without an error_code and a message');
  }
  return { errorCode, message };
}

export function readAnswerObject(text: string): JsonObject {
  let value: ReturnType<typeof parseJson>;
  try {
    value = parseJson(text, { number: Number });
  } catch (error) {
    throw new Error(`the other worker did not answer in JSON: ${messageOf(error)}`);
  }
  if (!isJsonObject(value)) throw new Error('the other worker did not answer with a JSON object');
  return value;
}
