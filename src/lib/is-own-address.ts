import { BlockList, isIP } from 'node:net';

/**
 * Addresses that no packet to the internet has: loopback, private and link-local ones.
 * https://www.iana.org/assignments/iana-ipv4-special-registry and https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const OWN = new BlockList();
for (const [net, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  OWN.addSubnet(net, bits, 'ipv4');
}
OWN.addAddress('::1', 'ipv6');
OWN.addSubnet('fc00::', 7, 'ipv6');
OWN.addSubnet('fe80::', 10, 'ipv6');

/**
 * Names that the public DNS never answers: RFC 6761 (`localhost`), RFC 6762 (`local`), RFC 8375 (`home.arpa`), and
 * `internal`, which ICANN keeps free for private use (https://www.icann.org/en/board-activities-and-meetings/materials/approved-resolutions-special-meeting-of-the-icann-board-29-07-2024-en#section2.a).
 */
const OWN_NAME = /(?:^|\.)(?:localhost|local|home\.arpa|internal)$/;

/**
 * Whether a URL leads to this machine or its own network: a loopback or private address, a name of such a network, or a
 * name without a dot, which is that of a neighbour (a service of Docker Compose). False for what is no URL.
 */
export function isOwnAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const host = new URL(url).hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  const family = isIP(host);
  if (family === 0) return host !== '' && (!host.includes('.') || OWN_NAME.test(host));
  return OWN.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
