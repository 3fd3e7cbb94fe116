import type { ScanEvent } from '#model/events.ts';

/** Where events of a scan go. Must not throw and must not wait: a slow listener never holds a scan. */
export type EventSink = (event: ScanEvent) => void;
