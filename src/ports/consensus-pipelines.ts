/** A stored consensus pipeline: steps in the form of `consensus.steps` of `.aegis.yml`, with a name. */
export interface ConsensusPipeline {
  readonly name: string;
  readonly description: string;
  readonly steps: readonly Readonly<Record<string, unknown>>[];
}

/** The pipelines that plans may name, wherever they are kept. */
export interface ConsensusPipelines {
  /** In order of their names. */
  list(): Promise<readonly ConsensusPipeline[]>;
  /** Adds it, or takes the place of the one with its name. */
  save(pipeline: ConsensusPipeline): Promise<void>;
  /** False where there was none. */
  remove(name: string): Promise<boolean>;
}
