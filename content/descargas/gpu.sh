#!/bin/bash
#SBATCH --job-name=gpu
#SBATCH --partition=gpu
#SBATCH --gres=gpu:a100:1
#SBATCH --cpus-per-task=16
#SBATCH --mem=120G
#SBATCH --time=08:00:00

module purge
module load cuda/12.4 miniforge/24.3
source activate mi-entorno
srun python entrenar.py
