import { defineConfig } from '../../config/define-config.ts';
import { boolean, list, string } from '../../config/kinds.ts';
import { oneOfIgnoringCase, validator } from '../../config/validators.ts';
import { AddedField } from './added-field.ts';
import { deleteTombstoneModes, olderDeleteModes } from './delete-handling.ts';

const fieldList = validator<readonly string[]>('list of field, struct.field or field:name', (_key, value) => {
  for (const text of value ?? []) new AddedField('', text);
});

const olderModes = oneOfIgnoringCase(...Object.keys(olderDeleteModes));

/** The keys that relational databases and MongoDB share. */
export const extractNewStateKeys = {
  'delete.tombstone.handling.mode': string({
    importance: 'MEDIUM',
    width: 'MEDIUM',
    displayName: 'Handle delete and tombstone records',
    default: 'tombstone',
    validator: oneOfIgnoringCase(...Object.keys(deleteTombstoneModes)),
    documentation:
      'What becomes of deletes and of the tombstones after them. drop: both are dropped. tombstone: a delete becomes a record with a null value, its tombstone is dropped. rewrite: the last state of the row with __deleted set to true, its tombstone is dropped. rewrite-with-tombstone: the same, and the tombstone stays. delete-to-tombstone: a delete becomes a tombstone without a schema.',
  }),
  'route.by.field': string({
    importance: 'LOW',
    width: 'LONG',
    displayName: 'Route by field name',
    default: '',
    documentation: 'A text field of the row whose value becomes the topic; empty: the topic stays.',
  }),
  'add.fields.prefix': string({
    importance: 'LOW',
    width: 'SHORT',
    displayName: 'Field prefix to be added to each field.',
    default: '__',
    documentation: 'Stands before the name of each added field.',
  }),
  'add.fields': list({
    importance: 'LOW',
    width: 'LONG',
    displayName: 'Adds the specified field(s) to the message if they exist.',
    default: [],
    validator: fieldList,
    documentation:
      'Fields of the change event to add to the row, such as op, table, source.ts_ms; field:name gives another name.',
  }),
  'add.headers.prefix': string({
    importance: 'LOW',
    width: 'SHORT',
    displayName: 'Header prefix to be added to each header.',
    default: '__',
    documentation: 'Stands before the name of each added header.',
  }),
  'add.headers': list({
    importance: 'LOW',
    width: 'LONG',
    displayName: 'Adds the specified fields to the header if they exist.',
    default: [],
    validator: fieldList,
    documentation: 'Fields of the change event to add as headers, written as in add.fields.',
  }),
};

/** Keys of the transformation that Debezium's own list leaves out, though it reads or once read them. */
export const unlistedStateKeys = {
  'replace.null.with.default': boolean({
    importance: 'LOW',
    default: true,
    documentation:
      'Whether a field that is null reads as the default of its schema where __deleted is added.',
  }),
  'drop.tombstones': boolean({
    importance: 'LOW',
    default: null,
    documentation:
      'Older form of delete.tombstone.handling.mode, read where that is not given: whether tombstones are dropped, which is the default.',
  }),
  'delete.handling.mode': string({
    importance: 'LOW',
    default: null,
    validator: validator(olderModes.description, (key, value) => {
      if (value !== null) olderModes.ensureValid(key, value);
    }),
    documentation:
      'Older form of delete.tombstone.handling.mode, read where that is not given: drop, none (a null value), or rewrite.',
  }),
};

export const extractNewRecordStateConfig = defineConfig({
  ...extractNewStateKeys,
  'drop.fields.header.name': string({
    importance: 'LOW',
    width: 'SHORT',
    displayName: 'Specifies a header that contains a list of field names to be removed',
    default: null,
    documentation: 'The header with the list of the fields to leave out of the row.',
  }),
  'drop.fields.from.key': boolean({
    importance: 'LOW',
    width: 'SHORT',
    displayName: 'Specifies whether the fields to be dropped should also be omitted from the key',
    default: false,
    documentation: 'Whether these fields are left out of the key, too.',
  }),
  'drop.fields.keep.schema.compatible': boolean({
    importance: 'LOW',
    width: 'SHORT',
    displayName: "Specifies if fields are dropped, will the event's schemas be compatible",
    default: true,
    documentation: 'Whether only optional fields are left out, so that readers of the old schema can go on.',
  }),
  ...unlistedStateKeys,
});
