import { Document } from 'yaml';

/** A value as YAML in blocks, as people write it. */
export function writeYaml(value: unknown): string {
  return new Document(value, { aliasDuplicateObjects: false }).toString({ lineWidth: 0, flowCollectionPadding: false });
}
