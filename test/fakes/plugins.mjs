// Plug-ins for tests: each export is one.

export const answers = { call: () => '{"findings":[]}' };

export const findings = { call: async ({ chunk }) => ({ findings: [{ title: 'x', path: chunk.files[0]?.path }] }) };

export const reply = { call: async () => ({ text: 'cut', finish: 'length', tokensIn: 3, extra: 1 }) };

export const throws = {
  call() {
    throw new TypeError('no dictionary\n    at stack');
  },
};

export const repeats = {
  async call({ messages }) {
    throw new Error(`cannot read ${messages[0].content}`);
  },
};

export const repeatsCode = {
  async call({ chunk }) {
    throw new Error(`cannot read ${chunk.files[0].hunks[0].lines[0].text}`);
  },
};

export const repeatsKey = {
  connect: (entry, env) => ({
    call: async () => {
      throw new Error(`401 for ${env.secret(entry.settings.api_key)}`);
    },
  }),
};

export const hangs = { call: () => new Promise(() => {}), health: () => new Promise(() => {}) };

export const nonsense = { call: async () => ({ verdict: 42 }) };

const circle = { findings: [] };
circle.findings.push(circle);
export const circular = { call: () => circle };

export const streams = {
  async call(_request, _signal, heard) {
    heard?.('{"findings"');
    heard?.(':[]}');
    return '{"findings":[]}';
  },
};

export const ill = { call: () => '', health: async () => ({ available: false, detail: 'No weights.' }) };

export const strangeHealth = { call: () => '', health: () => 'fine' };

export const full = {
  connect: (entry, env) => ({
    call: async () => `${entry.settings.options.word} ${env.secret(entry.settings.api_key)}`,
    identity: async () => 'version 1',
    health: async () => ({ available: true, detail: 'Connected.' }),
  }),
};

export const badConnect = { connect: () => 7 };

export const number = 7;
