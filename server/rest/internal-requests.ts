import { ConnectError } from '../errors/connect-error.ts';
import { algorithmHeader, type ReceivedSignature, signatureHeader } from '../runtime/internal-request.ts';
import { parseConfigBody, toFlatConfig } from './flat-config.ts';
import type { RestContext } from './rest-context.ts';
import { noContent, param, type RestAnswer, type RestRequest } from './route.ts';

/** From the worker that runs a connector to the leader. */
export async function putTaskConfigs({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  // Before the signature, as Java Connect does.
  const configs = parseTaskConfigs(request.body);
  const received = receivedSignature(request, request.body);
  await herder.putTaskConfigs(param(request, 'connector'), configs, received, request.signal);
  return noContent;
}

/** From a worker that is about to start exactly-once tasks to the leader. */
export async function fenceZombies({ herder }: RestContext, request: RestRequest): Promise<RestAnswer> {
  await herder.fenceZombies(param(request, 'connector'), receivedSignature(request, ''), request.signal);
  return noContent;
}

function parseTaskConfigs(text: string): readonly Readonly<Record<string, string>>[] {
  const body = parseConfigBody(text);
  if (!Array.isArray(body)) {
    throw new ConnectError('bad-request', 'The request body must be a JSON list of task configs');
  }
  return body.map((entry, index) => {
    const config = toFlatConfig(entry, `Task config ${index}`);
    return Object.fromEntries(
      Object.entries(config).map(([key, value]) => {
        if (value !== null) return [key, value];
        throw new ConnectError('bad-request', `Task config ${index}: value of "${key}" must not be null`);
      }),
    );
  });
}

function receivedSignature({ headers }: RestRequest, body: string): ReceivedSignature {
  const header = (name: string) => {
    const value = headers[name.toLowerCase()];
    return typeof value === 'string' ? value : null;
  };
  return { body, signature: header(signatureHeader), algorithm: header(algorithmHeader) };
}
