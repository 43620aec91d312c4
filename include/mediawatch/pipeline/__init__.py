"""How a stage is declared, what it is handed, and which days are closed; the rooms above declare their stages by it."""
