import { type Difference, describeConformance } from '../testing/java-conformance.ts';
import { jcustenborderCases } from '../testing/jcustenborder-cases.ts';

/** Where ours is meant to answer otherwise. */
const deliberate: readonly Difference[] = [
  {
    why: 'output.field.name is the name of the new field, as its documentation says; Java takes that of the inner one',
    ours: 'answered',
    covers: ({ config }) => config['output.field.name'] === 'flat_z',
  },
];

describeConformance('jcustenborder', jcustenborderCases, deliberate);
