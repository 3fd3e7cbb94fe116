/** How often a model was right and wrong about one kind of weakness in one language, as people with write access judged. */
export interface ModelRecord {
  readonly modelId: string;
  /** Null: the file's name said nothing. */
  readonly language: string | null;
  readonly cwe: string | null;
  /** Findings that people confirmed, or that were fixed. */
  readonly right: number;
  /** Findings that people dismissed. */
  readonly wrong: number;
}
