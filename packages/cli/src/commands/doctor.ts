import type { Register } from './command.ts';
export const registerDoctor: Register = (program, terminal, done) => {
  program.command('doctor').action(() => {
    void terminal;
    done(0);
  });
};
