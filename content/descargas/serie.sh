#!/bin/bash
#SBATCH --job-name=serie
#SBATCH --partition=estandar
#SBATCH --time=01:00:00
#SBATCH --mem=4G

module purge
module load python/3.12.3
srun python mi_programa.py
