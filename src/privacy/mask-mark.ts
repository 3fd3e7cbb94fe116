/** What stands in the place of a secret, however long that is. It says what it is to people and models alike. */
export const MASK = '***masked***';
