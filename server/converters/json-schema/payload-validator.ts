import { Ajv, type Options, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import AjvDraft4 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { messageOf } from '../../errors/connect-error.ts';
import { LinearRegex } from '../../plugin-api/linear-regex.ts';
import { dataError } from '../converter-error.ts';
import type { SchemaDialect } from './schema-dialect.ts';

/** Checks values against the whole of a JSON Schema, with all that Connect schemas cannot say. */
export class PayloadValidator {
  readonly #validate: ValidateFunction;

  /**
   * `imports`: texts by the names that references use. Throws a `data` error for a schema that is none, that refers to
   * one it does not bring along, or whose patterns no linear engine can run.
   */
  constructor(schema: string, imports: ReadonlyMap<string, string>, dialect: SchemaDialect) {
    try {
      const ajv = createAjv(dialect);
      for (const [name, text] of imports) ajv.addSchema(withoutDialect(text), name);
      this.#validate = ajv.compile(withoutDialect(schema));
    } catch (error) {
      throw dataError(`The schema cannot be used to validate: ${messageOf(error)}`, error);
    }
  }

  /** `json`: well-formed but for zeros in front of numbers. Throws a `data` error that names the first place that does not match, not what is there. */
  check(json: string): void {
    if (this.#validate(parsed(json))) return;
    const [first] = this.#validate.errors ?? [];
    const place = first === undefined || first.instancePath === '' ? '' : ` at ${first.instancePath}`;
    throw dataError(`The value does not match its JSON Schema${place}: it ${first?.message ?? 'is invalid'}`);
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw dataError('The value cannot be validated: a number has zeros in front.', error);
  }
}

function createAjv(dialect: SchemaDialect): Ajv {
  const options: Options = {
    strict: false,
    logger: false,
    ownProperties: true,
    code: { regExp: Object.assign(searchPattern, { code: 'searchPattern' }) },
  };
  const ajv = ajvOf(dialect, options);
  addFormats(ajv);
  return ajv;
}

function ajvOf(dialect: SchemaDialect, options: Options): Ajv {
  switch (dialect) {
    case 'draft_4':
      return new AjvDraft4(options);
    case 'draft_2019_09':
      return new Ajv2019(options);
    case 'draft_2020_12':
      return new Ajv2020(options);
    default:
      return new Ajv(options);
  }
}

/** Patterns of JSON Schema are searched for, anywhere in the text. */
function searchPattern(pattern: string): { readonly test: (text: string) => boolean } {
  const regex = new LinearRegex(`(?s:.*)(?:${pattern})(?s:.*)`);
  return { test: (text) => regex.matches(text) };
}

/** The version is chosen already; what a schema says it is written in would be looked up. */
function withoutDialect(text: string): Record<string, unknown> | boolean {
  const schema: unknown = JSON.parse(text);
  if (typeof schema === 'boolean') return schema;
  const members = Object.entries(schema ?? {}).filter(([name]) => name !== '$schema');
  return Object.fromEntries(members);
}
