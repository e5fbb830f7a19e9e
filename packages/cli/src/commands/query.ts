import type { Register } from './command.ts';
export const registerQuery: Register = (program, terminal, done) => {
  program.command('query').action(() => {
    void terminal;
    done(0);
  });
};
