import avsc, { type Schema } from 'avsc';

/** How orders are written to the topic. */
export type OrderFormat = 'JSON with schema' | 'JSON without schema' | 'Avro';

interface Order {
  readonly id: number;
  readonly customer: string;
  readonly quantity: number;
  readonly price: number;
  readonly comment: string;
  readonly currency: string;
  readonly at: number;
}

const connectSchema = {
  type: 'struct',
  name: 'bench.Order',
  optional: false,
  fields: [
    { field: 'id', type: 'int64', optional: false },
    { field: 'customer', type: 'string', optional: false },
    { field: 'quantity', type: 'int32', optional: false },
    { field: 'price', type: 'double', optional: false },
    { field: 'comment', type: 'string', optional: true },
    { field: 'currency', type: 'string', optional: false },
    {
      field: 'at',
      type: 'int64',
      name: 'org.apache.kafka.connect.data.Timestamp',
      version: 1,
      optional: false,
    },
  ],
};

export const orderAvroSchema: Schema = {
  type: 'record',
  name: 'Order',
  namespace: 'bench',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'customer', type: 'string' },
    { name: 'quantity', type: 'int' },
    { name: 'price', type: 'double' },
    { name: 'comment', type: ['null', 'string'], default: null },
    { name: 'currency', type: 'string' },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ],
};

/** The id that Avro records carry behind their first byte. */
export const orderSchemaId = 1;

/** One order after the other as bytes. Every order shows as a text of the same length, whatever its number. */
export function orderWriter(format: OrderFormat): (number: number) => Buffer {
  if (format === 'JSON with schema') {
    const schema = JSON.stringify(connectSchema);
    return (number) => Buffer.from(`{"schema":${schema},"payload":${JSON.stringify(order(number))}}`);
  }
  if (format === 'JSON without schema') return (number) => Buffer.from(JSON.stringify(order(number)));
  const type = avsc.Type.forSchema(orderAvroSchema, { wrapUnions: false });
  const prefix = Buffer.from([0, 0, 0, 0, orderSchemaId]);
  return (number) => Buffer.concat([prefix, type.toBuffer(order(number))]);
}

function order(number: number): Order {
  return {
    id: 1_000_000_000 + number,
    customer: `customer-${String(number % 1_000).padStart(4, '0')}`,
    quantity: number % 10,
    price: 10.25 + (number % 80),
    comment: 'please ring twice',
    currency: number % 3 === 0 ? 'EUR' : 'USD',
    at: 1_700_000_000_001 + (number % 500),
  };
}
