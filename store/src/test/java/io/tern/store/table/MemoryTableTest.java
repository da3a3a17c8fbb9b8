package io.tern.store.table;

import java.util.Random;

class MemoryTableTest extends TableContract {

    @Override
    Table open() {
        return new MemoryTable();
    }

    @Override
    Table killed(Table table, Random random) {
        MemoryTable memory = (MemoryTable) table;
        memory.crash(random.nextInt(memory.unflushed() + 1));
        return memory;
    }

    @Override
    int seeds() {
        return 500;
    }
}
