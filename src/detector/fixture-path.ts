/** Tests, examples and documents: what stands for a credential there guards nothing. */
export const FIXTURE_PATH =
  /(^|\/)(tests?|__tests__|specs?|fixtures?|__fixtures__|__mocks__|mocks?|testdata|test-data|examples?|samples?|docs?|e2e|cypress)(\/|$)|[._-](test|spec|fixture|mock|example|sample|template|dist)\.|(^|\/)(test_|conftest)|\.(md|rst|example|sample|template|dist)$|(^|\/)examples?[-\d.]*\.\w+$/i;
