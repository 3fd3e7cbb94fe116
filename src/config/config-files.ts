/** Files of a repository's configuration, the nearest first: what a nearer one says goes over what a farther one says. */
export const CONFIG_FILES = ['.aegis.yml', '.github/aegis.yml'] as const;

/** The repository whose configuration lies beneath that of every other of its owner, and where it is looked for there. */
export const OWNER_REPOSITORY = { name: '.github', files: ['.github/aegis.yml', 'aegis.yml'] } as const;
