// packages/x/test/foo.test.ts covers packages/x/src/foo.ts, bench/test/foo.test.ts bench/harness/foo.ts, deploy/test/foo.test.ts
// deploy/scripts/foo.ts
const SOURCES = { packages: '/src/', bench: '/harness/', deploy: '/scripts/' };

export default (test) => test.replace('/test/', SOURCES[test.split('/')[0]]).replace(/\.test\.ts$/, '.ts');
