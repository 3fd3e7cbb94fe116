/**
 * A path as part of an address. It comes from a stranger: every sign but the plainest is percent-encoded, also those
 * that `encodeURIComponent` leaves and Markdown could read, so that it can neither leave a link nor add to it.
 */
export function encodePath(path: string): string {
  return path.split('/').map(encodeSegment).join('/');
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.replace(/\p{Cs}/gu, '\ufffd')).replace(
    /[!'()*~]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
