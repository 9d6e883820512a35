/** Version that plugins bundled with Millrace report; the same as the package's. */
export const bundledVersion = '0.1.0';
