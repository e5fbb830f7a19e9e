// packages/x/test/foo.test.ts covers packages/x/src/foo.ts
export default (test) => test.replace('/test/', '/src/').replace(/\.test\.ts$/, '.ts');
