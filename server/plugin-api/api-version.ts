/** What a package names as `millrace.pluginApi`; it grows when plugins written before would no longer work. */
export const pluginApiVersion = 1;
