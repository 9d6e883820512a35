import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { orderAvroSchema, orderSchemaId } from './order-records.ts';

export interface OrderSchemaRegistry {
  /** For converters that ask as Confluent's do. */
  readonly confluentUrl: string;
  /** For converters that ask as Apicurio's do. */
  readonly apicurioUrl: string;
  stop(): Promise<void>;
}

/** A registry with the one schema that the benchmark's records have, for both sides alike. */
export async function startOrderSchemaRegistry(): Promise<OrderSchemaRegistry> {
  const schema = JSON.stringify(orderAvroSchema);
  const apicurio = '/apis/registry/v2';
  const answers: Readonly<Record<string, string>> = {
    [`/schemas/ids/${orderSchemaId}`]: JSON.stringify({ schema }),
    [`${apicurio}/ids/globalIds/${orderSchemaId}`]: schema,
    [`${apicurio}/ids/globalIds/${orderSchemaId}/references`]: '[]',
  };
  const server = createServer(({ url = '' }, response) => {
    const path = url.split('?')[0]?.replace(/\/+$/, '') ?? '';
    const answer = answers[path];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(answer ?? JSON.stringify({ error_code: 404, message: `nothing is at ${path}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    confluentUrl: url,
    apicurioUrl: url + apicurio,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
