import type { z } from 'zod';
import { ConnectError } from '../../errors/connect-error.ts';

const maxBodyBytes = 2 * 1024 * 1024;

/** The request's JSON in the given shape; `bad-request` names the place that does not fit. */
export async function readBody<T>(request: Request, shape: z.ZodType<T>): Promise<T> {
  const text = await readText(request);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ConnectError('bad-request', 'The request is not JSON.', { cause: error });
  }
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new ConnectError('bad-request', place === '' ? `${issue?.message}` : `${place}: ${issue?.message}`);
}

async function readText(request: Request): Promise<string> {
  if (request.body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > maxBodyBytes) {
      throw new ConnectError('bad-request', `The request is larger than ${maxBodyBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
