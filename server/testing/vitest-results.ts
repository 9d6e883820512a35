/** The parts of vitest's JSON report that count. */
interface VitestReport {
  readonly testResults?: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

export interface FileResult {
  readonly file: string;
  readonly passed: number;
  /** Names of tests that failed; the file's own name stands for one that broke outside a test. */
  readonly failed: readonly string[];
}

/** One result a file. Skipped tests count as failed: nothing is skipped in silence. */
export function fileResults(report: unknown): readonly FileResult[] {
  const { testResults = [] } = (report ?? {}) as VitestReport;
  return testResults.map(({ name, status, assertionResults }) => {
    const passed = assertionResults.filter((test) => test.status === 'passed').length;
    const failed = assertionResults
      .filter((test) => test.status !== 'passed')
      .map(({ fullName }) => fullName);
    if (status === 'failed' && failed.length === 0) failed.push(`${name} as a whole`);
    return { file: name, passed, failed };
  });
}
