import { ConnectError } from '../errors/connect-error.ts';
import type { Offsets } from '../runtime/herder.ts';
import { exactNumber } from './exact-json.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from './json-reader.ts';
import type { RestContext } from './rest-context.ts';
import { ok, param, type RestAnswer, type RestRequest } from './route.ts';

type Entry = Offsets[number];

export async function getOffsets({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  const offsets = await herder.connectorOffsets(param(request, 'connector'), request.signal);
  return ok({ offsets: offsets.map(({ partition, offset }) => ({ partition, offset })) });
}

export async function alterOffsets({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  const offsets = parseOffsets(parseJson(request.body, { number: exactNumber }));
  const message = await herder.alterConnectorOffsets(param(request, 'connector'), offsets, request.signal);
  return ok({ message });
}

export async function resetOffsets({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  return ok({ message: await herder.resetConnectorOffsets(param(request, 'connector'), request.signal) });
}

function parseOffsets(body: JsonValue): Offsets {
  if (!isJsonObject(body)) throw refused('The request body must be a JSON object with the list "offsets"');
  refuseUnknown(body, ['offsets'], 'the request body');
  const list = body.offsets ?? null;
  if (list !== null && !Array.isArray(list)) throw refused('"offsets" must be a list');
  if (list === null || list.length === 0) {
    throw refused('Partitions / offsets need to be provided for an alter offsets request');
  }
  return list.map((entry: JsonValue, index: number) => parseEntry(entry, `offsets[${index}]`));
}

function parseEntry(entry: JsonValue, place: string): Entry {
  if (!isJsonObject(entry)) throw refused(`${place} must be an object with "partition" and "offset"`);
  refuseUnknown(entry, ['partition', 'offset'], place);
  const { partition = null, offset = null } = entry;
  if (!isJsonObject(partition)) throw refused(`${place}.partition must be an object, it is null or missing`);
  if (offset !== null && !isJsonObject(offset)) throw refused(`${place}.offset must be an object or null`);
  return {
    partition: toPrimitives(partition, `${place}.partition`),
    offset: offset === null ? null : toPrimitives(offset, `${place}.offset`),
  };
}

function toPrimitives(value: JsonObject, place: string): Entry['partition'] {
  const members = Object.entries(value).map(
    ([name, member]): [string, string | number | bigint | boolean | null] => {
      if (typeof member === 'object' && member !== null) {
        throw refused(`${place}.${name} must be a text, a number, a boolean or null`);
      }
      if (typeof member === 'bigint' && BigInt.asIntN(64, member) !== member) {
        throw refused(`${place}.${name} does not fit into 64 bits`);
      }
      return [name, member];
    },
  );
  return Object.fromEntries(members);
}

function refuseUnknown(value: JsonObject, known: readonly string[], place: string): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw refused(`Unrecognized field "${unknown}" in ${place}, known are: ${known.join(', ')}`);
}

function refused(message: string): ConnectError {
  return new ConnectError('bad-request', message);
}
