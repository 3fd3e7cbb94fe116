/**
 * Under which name the peculiarities of one model of one server are remembered; see `QuirkMemory` in ports/provider.ts.
 * `endpoint` is what `Provider.endpoint` says of the entry.
 */
export function quirkKey(providerType: string, endpoint: string, modelName: string): string {
  return `${providerType} ${endpoint} ${modelName}`;
}
