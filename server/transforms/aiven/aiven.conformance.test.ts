import { aivenCases } from '../testing/aiven-cases.ts';
import { type Difference, describeConformance } from '../testing/java-conformance.ts';

/** Where ours is meant to answer otherwise. */
const deliberate: readonly Difference[] = [
  {
    why: 'a field that is null does not match; Java fails with a null pointer',
    ours: 'answered',
    covers: ({ type, config }, { message }) =>
      type.includes('FilterByFieldValue') &&
      config['field.name'] !== undefined &&
      String(message).includes('SchemaAndValue.value()'),
  },
  {
    why: 'the whole of a record with a schema can be filtered by, as its documentation says',
    ours: 'answered',
    covers: ({ type, config }) => type.includes('FilterByFieldValue') && config['field.name'] === undefined,
  },
];

describeConformance('aiven', aivenCases, deliberate);
