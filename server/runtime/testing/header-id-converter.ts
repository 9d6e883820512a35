import type { Converter, SchemaAndValue } from '../../plugin-api/converter.ts';
import type { ConnectHeaders } from '../../records/headers.ts';

const name = '__id';

/** Text beside which a header of Kafka's says who wrote it; reading puts that before the text. */
export class HeaderIdConverter implements Converter {
  readonly readsHeaders = true;
  readonly addsHeaders = true;
  /** Bytes that are no text in any character set. */
  readonly #id: Buffer;

  constructor(id: Buffer) {
    this.#id = id;
  }

  configure(): void {}

  fromConnectData(_topic: string, _schema: unknown, value: unknown, headers: ConnectHeaders | null): string {
    if (headers === null) throw new Error('no headers to add to');
    headers.remove(name).add(name, null, this.#id);
    return String(value);
  }

  toConnectData(topic: string, bytes: Buffer | null, headers: ConnectHeaders | null): SchemaAndValue {
    return this.toConnectDataFromRange(topic, bytes ?? Buffer.alloc(0), 0, bytes?.length ?? 0, headers);
  }

  toConnectDataFromRange(
    _topic: string,
    buffer: Buffer,
    start: number,
    end: number,
    headers: ConnectHeaders | null = null,
  ): SchemaAndValue {
    const id = headers?.lastWithName(name)?.value;
    const who = id instanceof Uint8Array ? Buffer.from(id).toString('hex') : 'nobody';
    return { schema: null, value: `${who}: ${buffer.toString('utf8', start, end)}` };
  }
}
