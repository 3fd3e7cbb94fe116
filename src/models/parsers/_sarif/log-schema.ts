import { z } from 'zod';

/**
 * What is read of a SARIF 2.1.0 log (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html). Tools are
 * careless with the rest: a member of a wrong type is taken for a missing one, and never costs the result.
 */
const maybe = <T extends z.ZodType>(type: T) => type.nullish().catch(undefined);
const text = maybe(z.string());
const index = maybe(z.int().min(0));
const properties = maybe(z.record(z.string(), z.unknown()));

const messageSchema = maybe(z.object({ text, markdown: text, id: text, arguments: maybe(z.array(z.string().catch(''))) }));
const messagesSchema = maybe(z.record(z.string(), messageSchema));

const artifactLocationSchema = maybe(z.object({ uri: text, uriBaseId: text, index }));

const locationSchema = z.object({
  physicalLocation: maybe(
    z.object({
      artifactLocation: artifactLocationSchema,
      region: maybe(z.object({ startLine: index, endLine: index, snippet: maybe(z.object({ text })) })),
    }),
  ),
});

const componentReferenceSchema = maybe(z.object({ name: text, index, guid: text }));
/** A reference to a rule or to a taxon. */
const descriptorReferenceSchema = maybe(z.object({ id: text, index, toolComponent: componentReferenceSchema }));

const ruleSchema = z.object({
  id: text,
  name: text,
  shortDescription: messageSchema,
  fullDescription: messageSchema,
  messageStrings: messagesSchema,
  defaultConfiguration: maybe(z.object({ level: text, rank: maybe(z.number()) })),
  relationships: maybe(z.array(maybe(z.object({ target: descriptorReferenceSchema })))),
  helpUri: text,
  properties,
});

const componentSchema = z.object({ name: text, rules: maybe(z.array(maybe(ruleSchema))), globalMessageStrings: messagesSchema });

const resultSchema = z.object({
  ruleId: text,
  ruleIndex: index,
  rule: descriptorReferenceSchema,
  kind: text,
  level: text,
  rank: maybe(z.number()),
  message: messageSchema,
  locations: maybe(z.array(maybe(locationSchema))),
  taxa: maybe(z.array(descriptorReferenceSchema)),
  suppressions: maybe(z.array(maybe(z.object({ status: text })))),
  baselineState: text,
  fixes: maybe(z.array(maybe(z.object({ description: messageSchema })))),
  properties,
});

const runSchema = z.object({
  tool: maybe(z.object({ driver: maybe(componentSchema), extensions: maybe(z.array(maybe(componentSchema))) })),
  taxonomies: maybe(z.array(maybe(z.object({ name: text })))),
  artifacts: maybe(z.array(maybe(z.object({ location: artifactLocationSchema })))),
  originalUriBaseIds: maybe(z.record(z.string(), artifactLocationSchema)),
  invocations: maybe(
    z.array(
      maybe(
        z.object({
          executionSuccessful: maybe(z.boolean()),
          toolExecutionNotifications: maybe(z.array(maybe(z.object({ level: text })))),
        }),
      ),
    ),
  ),
  externalPropertyFileReferences: maybe(z.object({ results: maybe(z.array(z.unknown())) })),
});

export type SarifResult = z.infer<typeof resultSchema>;
export type SarifRule = z.infer<typeof ruleSchema>;
export type SarifRun = z.infer<typeof runSchema>;
export type SarifMessage = z.infer<typeof messageSchema>;
export type SarifArtifactLocation = z.infer<typeof artifactLocationSchema>;

/** A run without its results, which are read one by one. Null for what is no object. */
export function readRun(value: unknown): SarifRun | null {
  return runSchema.safeParse(value).data ?? null;
}

export function readResult(value: unknown): SarifResult | null {
  return resultSchema.safeParse(value).data ?? null;
}
