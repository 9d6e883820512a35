import { type AvroRecord, type AvroSchema, avroBranchName, avroSimpleName } from './avro-schema.ts';

/** Types whose values a reader of another type takes as well. */
const promotions: Partial<Readonly<Record<AvroSchema['type'], readonly AvroSchema['type'][]>>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

/**
 * Why a reader with one schema could not read what another wrote, by the rules of Avro's schema resolution; null: it
 * can. Names a place in the reader's schema.
 */
export function avroIncompatibility(reader: AvroSchema, writer: AvroSchema): string | null {
  return new Comparison().reason(reader, writer, '');
}

class Comparison {
  readonly #seen = new Map<AvroRecord, Set<AvroRecord>>();

  reason(reader: AvroSchema, writer: AvroSchema, place: string): string | null {
    if (writer.type === 'union') {
      for (const branch of writer.branches) {
        const reason = this.reason(reader, branch, place);
        if (reason !== null) return reason;
      }
      return null;
    }
    if (reader.type === 'union') {
      return reader.branches.some((branch) => this.reason(branch, writer, place) === null)
        ? null
        : `${named(place)} has no branch for ${avroBranchName(writer)}`;
    }
    if (reader.type !== writer.type) {
      return promotions[writer.type]?.includes(reader.type)
        ? null
        : `${named(place)} is ${reader.type} and not ${writer.type}`;
    }
    if (reader.type === 'array' && writer.type === 'array') {
      return this.reason(reader.items, writer.items, `${place}[]`);
    }
    if (reader.type === 'map' && writer.type === 'map') {
      return this.reason(reader.values, writer.values, `${place}{}`);
    }
    if (reader.type === 'enum' && writer.type === 'enum') {
      if (reader.default !== null) return null;
      const missing = writer.symbols.find((symbol) => !reader.symbols.includes(symbol));
      return missing === undefined ? null : `${named(place)} lacks symbol ${missing}`;
    }
    if (reader.type === 'fixed' && writer.type === 'fixed') {
      return reader.size === writer.size ? null : `${named(place)} has size ${reader.size}`;
    }
    if (reader.type === 'record' && writer.type === 'record') return this.#record(reader, writer, place);
    return null;
  }

  #record(reader: AvroRecord, writer: AvroRecord, place: string): string | null {
    if (
      avroSimpleName(reader.name) !== avroSimpleName(writer.name) &&
      !reader.aliases.includes(writer.name)
    ) {
      return `${named(place)} is record ${reader.name} and not ${writer.name}`;
    }
    const seen = this.#seen.get(reader) ?? new Set<AvroRecord>();
    if (seen.has(writer)) return null;
    this.#seen.set(reader, seen.add(writer));
    for (const field of reader.fields) {
      const path = place === '' ? field.name : `${place}.${field.name}`;
      const other =
        writer.fields.find((each) => each.name === field.name) ??
        writer.fields.find((each) => field.aliases.includes(each.name));
      if (other === undefined) {
        if (field.default === undefined)
          return `field ${path} has no default, and the data has no such field`;
        continue;
      }
      const reason = this.reason(field.schema, other.schema, path);
      if (reason !== null) return reason;
    }
    return null;
  }
}

function named(place: string): string {
  return place === '' ? 'it' : `field ${place}`;
}
